"""The report as widgets: `ReportPanel` is the whole, its parts can be used alone.

Each part measures in a thread of its own when it is first shown, says that it is busy, and says in words what
went wrong. Needs the extra ``dashboard``.
"""

from idgraph_widgets.widgets.report.checks import ChecksPart
from idgraph_widgets.widgets.report.columns import ColumnExplorer
from idgraph_widgets.widgets.report.household import HouseholdExplorer
from idgraph_widgets.widgets.report.journey import JourneyExplorer
from idgraph_widgets.widgets.report.panel import ReportPanel
from idgraph_widgets.widgets.report.part import Part
from idgraph_widgets.widgets.report.section import SectionPart

__all__ = ["ChecksPart", "ColumnExplorer", "HouseholdExplorer", "JourneyExplorer", "Part", "ReportPanel", "SectionPart"]
