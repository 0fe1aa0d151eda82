"""Small pieces of HTML for the plain studio; texts are escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import ipywidgets as widgets

from idgraph_widgets.charts.theme import theme_css


def style() -> widgets.HTML:
    """The studio's style sheet."""
    return widgets.HTML(f"<style>{theme_css()}</style>")


def paragraph(text: str, kind: str = "") -> str:
    """A text in a paragraph of one of the theme's classes; nothing for no text."""
    if not text:
        return ""
    return f'<div class="idg"><p class="{kind}" role="status">{escape(text)}</p></div>'


def table(head: Sequence[str], rows: Iterable[Sequence], around: str = "idg-scrollx") -> str:
    """A table of texts in an element of the class `around`; None is an empty cell."""
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if cell is None else escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="idg"><div class="{around}"><table class="idg-table">'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def offer(dropdown: widgets.Dropdown, options: Sequence) -> None:
    """Other options; what was chosen stays chosen while it is one of them, else the first is."""
    chosen = dropdown.value
    if list(dropdown.options) == list(options):
        return
    dropdown.options = options
    values = [option[1] if isinstance(option, tuple) else option for option in options]
    if values:
        dropdown.value = chosen if chosen in values else values[0]


def hide(widget: widgets.DOMWidget, hidden: bool) -> None:
    """Take a widget out of the page, or bring it back."""
    widget.layout.display = "none" if hidden else None
