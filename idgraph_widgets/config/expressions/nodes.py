"""What an expression is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["whole", "real", "text", "flag", "date", "time", "null"]
"""What a part of an expression is. Whole numbers are BIGINTs, and decimals are taken for DOUBLEs."""

KINDS: dict[str, str] = {
    "whole": "bigint",
    "real": "double",
    "text": "string",
    "flag": "boolean",
    "date": "date",
    "time": "timestamp",
}
"""The type of a column of each kind."""

WORDS: dict[str, str] = {
    "whole": "a whole number",
    "real": "a number",
    "text": "a text",
    "flag": "true or false",
    "date": "a date",
    "time": "a time",
    "null": "null",
}
"""Each kind in words."""


class ExpressionError(ValueError):
    """An expression is not possible.

    Parameters
    ----------
    found, allowed, suggestion : str
        As those of a `Problem`.
    """

    def __init__(self, found: str, allowed: str, suggestion: str):
        super().__init__(f"found {found}; allowed: {allowed}. {suggestion}")
        self.found, self.allowed, self.suggestion = found, allowed, suggestion


@dataclass(frozen=True)
class Node:
    """A part of an expression.

    Parameters
    ----------
    op : str
        "column", "literal", an operator, or the name of a function.
    kind : str
        One of `Kind`.
    args : tuple of Node
    value : object
        Of a column its name, of a literal its value (a date as ISO text).
    type : str
        Of a column, its declared type.
    """

    op: str
    kind: Kind
    args: tuple[Node, ...] = ()
    value: int | float | str | bool | None = None
    type: str = ""


def kind_of_type(name: str) -> Kind:
    """The kind of a declared type.

    Examples
    --------
    >>> kind_of_type("int"), kind_of_type("decimal(18,2)")
    ('whole', 'real')
    """
    if name.startswith("decimal"):
        return "real"
    kinds: dict[str, Kind] = {
        "bigint": "whole",
        "int": "whole",
        "double": "real",
        "string": "text",
        "boolean": "flag",
        "date": "date",
        "timestamp": "time",
    }
    return kinds[name]


def names_in(node: Node) -> list[str]:
    """The columns that an expression looks at, each once, in their order."""
    found = [str(node.value)] if node.op == "column" else []
    return list(dict.fromkeys([*found, *(name for part in node.args for name in names_in(part))]))


def real(node: Node) -> Node:
    """A number as a DOUBLE."""
    return node if node.kind == "real" else Node("real", "real", (node,))


def alike(nodes: list[Node], where: str) -> list[Node]:
    """The same parts, brought to one kind: whole numbers beside others become DOUBLEs, null becomes any.

    Raises
    ------
    ExpressionError
        Their kinds do not go together.
    """
    kinds = {node.kind for node in nodes if node.kind != "null"}
    if kinds == {"whole", "real"}:
        return [real(node) if node.kind != "null" else Node("literal", "real") for node in nodes]
    if len(kinds) > 1:
        words = " and ".join(sorted(WORDS[kind] for kind in kinds))
        raise ExpressionError(f"{words} in {where}", "parts of one kind", "Bring them to one, with cast(… as string).")
    if not kinds:
        raise ExpressionError(f"nothing but null in {where}", "something beside null", "Write a value or a column.")
    (kind,) = kinds
    return [node if node.kind != "null" else Node("literal", kind) for node in nodes]
