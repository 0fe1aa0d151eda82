"""The report in the best form that this host can show."""

from __future__ import annotations

from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report.delivery import Delivery
from idgraph_widgets.report.document import KeptReport
from idgraph_widgets.widgets.host import detect
from idgraph_widgets.widgets.report.plain import PlainReport


def panel_for(dataset, checks: CheckReport | None = None, plain: bool = False, delivery: Delivery | None = None):
    """`ReportPanel` where this host can show it, else, or with `plain`, `PlainReport`; `delivery` is for either."""
    if not plain and detect().custom_widgets:
        from idgraph_widgets.widgets.report import ReportPanel

        return ReportPanel(dataset, checks, delivery=delivery)
    return PlainReport(dataset, checks, delivery)


def panel_for_kept(kept: KeptReport, plain: bool = False, note: str = ""):
    """`KeptPanel` where this host can show it, else, or with `plain`, `PlainKept`."""
    from idgraph_widgets.widgets.report.kept import KeptPanel, PlainKept

    return KeptPanel(kept, note) if not plain and detect().custom_widgets else PlainKept(kept, note)
