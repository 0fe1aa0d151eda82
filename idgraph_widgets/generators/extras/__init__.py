"""Columns of one's own: added to the rows of a table, from hashes of its key and from its other columns."""

from idgraph_widgets.generators.extras.columns import extended
from idgraph_widgets.generators.extras.prepared import prepare

__all__ = ["extended", "prepare"]
