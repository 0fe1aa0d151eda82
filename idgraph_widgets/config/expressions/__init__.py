"""SQL expressions over one row of a table: a small, tested part of Spark's SQL.

`parse` turns a text into a tree that knows what each part is, or says in words what is not possible; `rendered` writes
the tree as SQL that gives the same on every engine, for the checks. Kernels evaluate the tree on arrays.
"""

from idgraph_widgets.config.expressions.functions import FUNCTIONS
from idgraph_widgets.config.expressions.nodes import KINDS, ExpressionError, Node, kind_of_type, names_in
from idgraph_widgets.config.expressions.parser import parse
from idgraph_widgets.config.expressions.rendering import rendered

__all__ = ["FUNCTIONS", "KINDS", "ExpressionError", "Node", "kind_of_type", "names_in", "parse", "rendered"]
