"""Names and texts inside SQL statements, so that none of them can end or extend a statement."""

from __future__ import annotations

from idgraph_widgets.schema import quoted

__all__ = ["literal", "quoted"]


def literal(text: str) -> str:
    r"""A text as a SQL string literal.

    Examples
    --------
    >>> literal("it's")
    "'it\\'s'"
    """
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
