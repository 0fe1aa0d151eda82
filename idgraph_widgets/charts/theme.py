"""What all that is drawn in a page shares: the style sheet, and the module that dresses figures in its colours."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def theme_css() -> str:
    """The style sheet; the light colours come first."""
    return resources.files(__package__).joinpath("theme.css").read_text(encoding="utf-8")


@cache
def figure_script() -> str:
    """The module ``figure.js``."""
    return resources.files(__package__).joinpath("figure.js").read_text(encoding="utf-8")
