"""The style sheet that everything drawn and shown shares."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def theme_css() -> str:
    """The style sheet; the light colours come first."""
    return resources.files(__package__).joinpath("theme.css").read_text(encoding="utf-8")
