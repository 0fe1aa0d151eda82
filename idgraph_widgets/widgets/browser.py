"""The modules that a page gets."""

from __future__ import annotations

from functools import cache
from importlib import resources

from idgraph_widgets.charts.theme import figure_script

LOADER = "loader"
"""The module that fetches the others, sent with every view."""


@cache
def text_of(name: str) -> str:
    """A file of the browser's code."""
    return resources.files(__package__).joinpath("js", name).read_text(encoding="utf-8")


@cache
def modules() -> dict[str, str]:
    """The ES modules that all views share, by name."""
    folder = resources.files(__package__).joinpath("js")
    names = sorted(file.name.removesuffix(".js") for file in folder.iterdir() if file.name.endswith(".js"))
    return {"figure": figure_script(), **{name: text_of(f"{name}.js") for name in names if name != LOADER}}
