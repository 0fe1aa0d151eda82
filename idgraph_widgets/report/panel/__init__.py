"""The report as widgets: `ReportPanel` is the whole, its parts can be used alone.

Each part measures in a thread of its own when it is first shown, says that it is busy, and says in words what
went wrong. Needs the extra ``dashboard``.
"""

from idgraph_widgets.report.panel.checks import ChecksPart
from idgraph_widgets.report.panel.columns import ColumnExplorer
from idgraph_widgets.report.panel.household import HouseholdExplorer
from idgraph_widgets.report.panel.journey import JourneyExplorer
from idgraph_widgets.report.panel.panel import ReportPanel
from idgraph_widgets.report.panel.part import Part
from idgraph_widgets.report.panel.section import SectionPart

__all__ = ["ChecksPart", "ColumnExplorer", "HouseholdExplorer", "JourneyExplorer", "Part", "ReportPanel", "SectionPart"]
