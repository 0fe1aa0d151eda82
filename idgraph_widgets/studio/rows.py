"""The first rows of each table, as the trial with 1,000 households made them."""

from __future__ import annotations

import traitlets

from idgraph_widgets.widgets.view import View


class RowsPanel(View):
    """Tables to leaf through.

    Parameters
    ----------
    tables : dict
        Name to ``columns``, ``rows`` (texts) and ``total``.
    note : str
        What these rows are.
    """

    kind = traitlets.Unicode("rows").tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)

    def __init__(self, tables: dict | None = None, note: str = ""):
        super().__init__(tables=tables or {}, note=note)
