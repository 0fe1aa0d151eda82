"""Files of the package that the page gets: scripts and the style sheet."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def text_of(name: str) -> str:
    """A file of the browser's code."""
    return resources.files(__package__).joinpath("js", name).read_text(encoding="utf-8")
