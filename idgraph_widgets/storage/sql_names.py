"""Names and texts inside SQL statements, so that none of them can end or extend a statement."""

from __future__ import annotations


def quoted(*parts: str | None) -> str:
    """A name of one or more parts in backticks; parts that are None or empty are left out.

    Examples
    --------
    >>> quoted("main", "it's; DROP", "a`b")
    "`main`.`it's; DROP`.`a``b`"
    """
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts if part)


def literal(text: str) -> str:
    """A text as a SQL string literal.

    Examples
    --------
    >>> literal("it's")
    "'it\\\\'s'"
    """
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
