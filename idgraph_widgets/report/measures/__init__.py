"""Measures of a finished dataset: each a function ``f(dataset, …)`` that returns a small frame or dataclass.

Everything is aggregated in Spark SQL, in one or few group-bys per measure; at most some hundred rows travel.
Ratios are computed here from the sums, so every engine gives the same figures.
"""

from idgraph_widgets.report.measures.activity import activity_tail, content_popularity, heat_map, segment_sizes
from idgraph_widgets.report.measures.campaigns import (
    attribution,
    attribution_scores,
    campaign_credit,
    campaign_results,
    daily,
    funnel,
    reach,
    reach_frequency,
    returns,
)
from idgraph_widgets.report.measures.checks import (
    check_groups,
    check_rows,
    run_dataset_checks,
    statistics,
    violating_keys,
)
from idgraph_widgets.report.measures.filters import Filter, MeasureError
from idgraph_widgets.report.measures.find_households import find_households, notable_households
from idgraph_widgets.report.measures.histogram import Histogram, histogram
from idgraph_widgets.report.measures.household import HouseholdGraph, household_graph, known_household
from idgraph_widgets.report.measures.identity import (
    components,
    confidence_reliability,
    degrees,
    link_truth,
    pair_quality,
)
from idgraph_widgets.report.measures.journey import Journey, known_person, notable_people, person_ads, person_journey
from idgraph_widgets.report.measures.lift import arms, comparisons, treated_against_holdout
from idgraph_widgets.report.measures.places import states
from idgraph_widgets.report.measures.samples import sample_rows
from idgraph_widgets.report.measures.volume import table_volume

__all__ = [
    "Filter",
    "Histogram",
    "HouseholdGraph",
    "Journey",
    "MeasureError",
    "activity_tail",
    "arms",
    "attribution",
    "attribution_scores",
    "campaign_credit",
    "campaign_results",
    "check_groups",
    "check_rows",
    "comparisons",
    "components",
    "confidence_reliability",
    "content_popularity",
    "daily",
    "degrees",
    "find_households",
    "funnel",
    "heat_map",
    "histogram",
    "household_graph",
    "known_household",
    "known_person",
    "link_truth",
    "notable_households",
    "notable_people",
    "pair_quality",
    "person_ads",
    "person_journey",
    "reach",
    "reach_frequency",
    "returns",
    "run_dataset_checks",
    "sample_rows",
    "segment_sizes",
    "states",
    "statistics",
    "table_volume",
    "treated_against_holdout",
    "violating_keys",
]
