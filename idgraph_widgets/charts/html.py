"""Figures as static HTML."""

from __future__ import annotations

from collections.abc import Iterable

from idgraph_widgets.charts.svg import to_picture
from idgraph_widgets.static_html import picture, section

_WIDTH = 480


def figures_html(figures: Iterable[tuple[str, dict, str, int]]) -> str:
    """Title, figure, text and height of each as a picture below its title."""
    return "".join(
        section(title, picture(to_picture(figure, _WIDTH, height, text), text, _WIDTH))
        for title, figure, text, height in figures
    )
