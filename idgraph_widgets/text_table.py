"""Tables of figures as lines of plain text."""

from __future__ import annotations


def columns(rows: list[tuple[str, ...]]) -> str:
    """Lines with the first column flush left and the others flush right; the first row is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *[cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]]).rstrip()
        for row in rows
    )
