"""The studio for hosts that run no custom widgets: the same state, fields and words in core widgets and SVG.

Each part here stands in for one of the same use: `PlainBar` for `StudioBar`, `PlainForm` for the forms, and so
on. Nothing here imports anywidget.
"""

from __future__ import annotations

from idgraph_widgets.studio.plain.bar import PlainBar, PlainSteps
from idgraph_widgets.studio.plain.form import PlainForm
from idgraph_widgets.studio.plain.rows import PlainRows
from idgraph_widgets.studio.plain.run import PlainRunPanel

__all__ = ["PlainBar", "PlainForm", "PlainRows", "PlainRunPanel", "PlainSteps"]
