"""One module per table: its declaration and its columns. DataFrames in, DataFrame out."""

from idgraph_widgets.generators.audience_attributes import generate_audience_attributes, generate_segment_rules
from idgraph_widgets.generators.campaign_daily import generate_campaign_daily
from idgraph_widgets.generators.campaign_exposures import generate_campaign_exposures, plan_campaign_exposures
from idgraph_widgets.generators.campaign_holdouts import generate_campaign_holdouts
from idgraph_widgets.generators.campaigns import generate_campaigns
from idgraph_widgets.generators.content_catalog import generate_content_catalog
from idgraph_widgets.generators.content_engagements import generate_content_engagements
from idgraph_widgets.generators.ghosts import plan_ghosts
from idgraph_widgets.generators.households import generate_households
from idgraph_widgets.generators.identity_mappings import (
    generate_identity_mappings,
    generate_truth_identity,
    plan_false_links,
    plan_own_identifiers,
    plan_persons,
)
from idgraph_widgets.generators.individuals import generate_individuals
from idgraph_widgets.generators.outcome_metrics import generate_outcome_metrics, outcome_partials, published_partials
from idgraph_widgets.generators.response_events import (
    generate_response_events,
    generate_truth_conversion,
    plan_response_events,
)
from idgraph_widgets.generators.source_records import generate_source_records, generate_truth_records, plan_records
from idgraph_widgets.generators.viewership_patterns import generate_viewership_patterns

__all__ = [
    "generate_audience_attributes",
    "generate_campaign_daily",
    "generate_campaign_exposures",
    "generate_campaign_holdouts",
    "generate_campaigns",
    "generate_content_catalog",
    "generate_content_engagements",
    "generate_households",
    "generate_identity_mappings",
    "generate_individuals",
    "generate_outcome_metrics",
    "generate_response_events",
    "generate_segment_rules",
    "generate_source_records",
    "generate_truth_conversion",
    "generate_truth_identity",
    "generate_truth_records",
    "generate_viewership_patterns",
    "outcome_partials",
    "plan_campaign_exposures",
    "plan_false_links",
    "plan_ghosts",
    "plan_own_identifiers",
    "plan_persons",
    "plan_records",
    "plan_response_events",
    "published_partials",
]
