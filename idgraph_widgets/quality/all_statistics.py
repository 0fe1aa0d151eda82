"""All statistical checks in one place."""

from __future__ import annotations

from idgraph_widgets.quality import (
    statistics_ads,
    statistics_delivery,
    statistics_engagement,
    statistics_homes,
    statistics_identity,
    statistics_joint,
    statistics_people,
    statistics_resolution,
    statistics_sessions,
    statistics_states,
    statistics_terms,
    statistics_wants,
)
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.statistics import Statistic, Tally

_MODULES = (
    statistics_homes,
    statistics_people,
    statistics_joint,
    statistics_states,
    statistics_identity,
    statistics_resolution,
    statistics_engagement,
    statistics_sessions,
    statistics_ads,
    statistics_delivery,
    statistics_wants,
    statistics_terms,
)


def statistics(context: Context) -> tuple[list[Tally], list[Statistic]]:
    """All tallies and statistical checks of a dataset with this configuration."""
    tallies = [tally for module in _MODULES for tally in module.tallies(context)]
    return tallies, [check for module in _MODULES for check in module.checks(context)]
