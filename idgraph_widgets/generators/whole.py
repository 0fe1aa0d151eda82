"""Tables that are not cut by household: made once from the configuration, or totalled from the sums of all blocks."""

from __future__ import annotations

from idgraph_widgets.arrays import Columns
from idgraph_widgets.generators.ads import campaigns
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import content_catalog, segment_rules
from idgraph_widgets.generators.responses import campaign_daily, outcome_metrics

_ONCE = {"content_catalog": content_catalog, "segment_rules": segment_rules, "campaigns": campaigns}
_TOTALLED = {"campaign_daily": campaign_daily, "outcome_metrics": outcome_metrics}

WHOLE_TABLES = tuple(_ONCE)
"""Tables that depend on the configuration alone."""


def tables(context: Context) -> dict[str, Columns]:
    """The tables that depend on the configuration alone, by name."""
    return {name: kernel.make(context) for name, kernel in _ONCE.items()}


def total(context: Context, name: str, sums: Columns | None) -> Columns:
    """The published rows of a table in `SUMMED`, from its sums over all blocks; None where there are no sums."""
    return _TOTALLED[name].total(context, campaigns.make(context), sums)


def sums_of(name: str, published: Columns) -> Columns:
    """The sums behind a published table in `SUMMED`, exactly."""
    return _TOTALLED[name].sums_of(published)
