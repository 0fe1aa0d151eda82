"""Names and texts inside SQL statements, so that none of them can end or extend a statement."""

from __future__ import annotations

from idgraph_widgets.schema import literal, quoted

__all__ = ["literal", "quoted"]
