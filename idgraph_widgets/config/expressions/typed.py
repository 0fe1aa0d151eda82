"""Nodes that are made of others, with their kinds agreed upon; what does not go together is said."""

from __future__ import annotations

from idgraph_widgets.config.expressions.nodes import WORDS, ExpressionError, Kind, Node, alike, real


def comparison(sign: str, left: Node, right: Node) -> Node:
    """Two values compared by a sign."""
    parts = alike([left, right], f"a comparison by {sign}")
    return Node(sign, "flag", tuple(parts))


def among(left: Node, values: list[Node]) -> Node:
    """Whether a value is one of those listed."""
    if any(value.op != "literal" or value.value is None for value in values):
        raise ExpressionError("something else than values in a list", "values after in", "Compare columns with =.")
    parts = alike([left, *values], "a list")
    if any(part.op == "real" for part in parts[1:]):
        parts[1:] = [Node("literal", "real", value=float(str(value.value))) for value in values]
    return Node("in", "flag", tuple(parts))


def arithmetic(sign: str, left: Node, right: Node) -> Node:
    """Two numbers under a sign."""
    for part in (left, right):
        if part.kind not in ("whole", "real"):
            hint = "Days are counted with date_add, date_sub and datediff; texts are joined with ||."
            raise ExpressionError(f"{WORDS[part.kind]} beside {sign}", "numbers there", hint)
    if sign == "div" and "real" in (left.kind, right.kind):
        raise ExpressionError("a number beside div", "whole numbers there", "Write floor(a / b).")
    if sign == "%" and "real" in (left.kind, right.kind):
        raise ExpressionError("a number beside %", "whole numbers there", "Make it whole with floor(…).")
    kind: Kind = "real" if sign == "/" or "real" in (left.kind, right.kind) else "whole"
    parts = (real(left), real(right)) if kind == "real" else (left, right)
    return Node(sign, kind, parts)


def flag(node: Node, where: str) -> Node:
    """A node that must be true or false; `where` is what stands beside it."""
    return of(node, "flag", where)


def of(node: Node, wanted: Kind, where: str) -> Node:
    """A node that must be of a kind; null becomes one."""
    if node.kind == "null":
        return Node("literal", wanted)
    if node.kind != wanted:
        hint = "Convert it with cast(… as string)." if wanted == "text" else "Compare it with something."
        raise ExpressionError(f"{WORDS[node.kind]} beside {where}", f"{WORDS[wanted]} there", hint)
    return node


def unless(negated: bool, node: Node) -> Node:
    """The node, or what denies it."""
    return Node("not", "flag", (node,)) if negated else node
