"""What the Report tab shows: the report of a dataset, one that a job has brought, or why there is none."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from idgraph_widgets.errors import IdgraphError


def report_panel(dataset, checks, plain: bool, delivery):
    """The report of a dataset and of what its checks found; with `plain`, of core widgets in any host."""
    try:
        from idgraph_widgets.widgets import panel_for

        return panel_for(dataset, checks, plain, delivery)
    except (IdgraphError, ImportError) as error:
        return message(f"The report cannot be shown: {error}")


def kept_panel(document: dict | None, plain: bool, elsewhere: str):
    """The report that a job has measured, for what is in a catalog to which there is no session here.

    Parameters
    ----------
    document : dict or None
        As `idgraph_widgets.report.document` made it.
    plain : bool
    elsewhere : str
        Where the dataset itself can be looked at.
    """
    try:
        from idgraph_widgets.report.document import KeptReport
        from idgraph_widgets.widgets import panel_for_kept

        note = f"The job measured this when it ended. What asks the tables is not here. {elsewhere}"
        return panel_for_kept(KeptReport.from_dict(document), plain, note)
    except (IdgraphError, ImportError, ValueError) as error:
        return message(f"The report that the job has brought cannot be shown: {error}")


def message(text: str) -> widgets.HTML:
    """A sentence in the place of a report."""
    return widgets.HTML(f'<div class="idg"><div class="idg-panel" role="status"><p>{escape(text)}</p></div></div>')
