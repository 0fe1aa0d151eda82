"""Static HTML for where no kernel and no script is: exported notebooks and what a repository shows of them.

Such places take styles and scripts out, so there are none: headings, tables, folds and pictures. Texts are escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

_NUMBER = ' style="text-align: right"'


def section(title: str, *parts: str) -> str:
    """Parts below a title."""
    return f"<div><h4>{escape(title)}</h4>{''.join(parts)}</div>"


def sentence(text: str) -> str:
    """A paragraph; nothing for no text."""
    return f"<p>{escape(text)}</p>" if text else ""


def folded(title: str, *parts: str) -> str:
    """Parts that are shown when their title is opened."""
    return f"<details><summary>{escape(title)}</summary>{''.join(parts)}</details>"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> str:
    """A table of texts; the columns of the indices `right` are flush right."""

    def cells(tag: str, values: Sequence[Any]) -> str:
        sides = [_NUMBER if index in right else ' style="text-align: left"' for index in range(len(values))]
        return "".join(f"<{tag}{side}>{escape(str(value))}</{tag}>" for side, value in zip(sides, values, strict=True))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', head)}</tr></thead><tbody>{body}</tbody></table>"


def picture(svg: str, text: str, width: int) -> str:
    """A drawing as an image, in which nothing of the page can interfere; `text` says what it shows."""
    data = b64encode(svg.encode("utf-8")).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(text, quote=True)}" width="{width}">'
