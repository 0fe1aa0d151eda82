"""What the command line prints: tables of figures, sizes in words."""

from __future__ import annotations


def in_bytes(size: int) -> str:
    """A size for people, in powers of 1000.

    Examples
    --------
    >>> in_bytes(1_234_567)
    '1.2 MB'
    """
    value, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 999.5 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def columns(rows: list[tuple[str, ...]]) -> str:
    """Lines with the first column flush left and the others flush right; the first row is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *[cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]]).rstrip()
        for row in rows
    )
