"""What a dataset is: every table with its columns, references, cut and growth; the vocabularies; ids and blocks.

One file per table, and `ids` with the arithmetic of keys. Pure Python: nothing is loaded but this.
"""

from idgraph_widgets.schema import (
    audience_attributes,
    campaign_daily,
    campaign_exposures,
    campaign_holdouts,
    campaign_opportunities,
    campaigns,
    content_catalog,
    content_engagements,
    generation_runs,
    household_moves,
    households,
    identity_mappings,
    individuals,
    outcome_metrics,
    response_events,
    segment_rules,
    source_records,
    truth_conversion,
    truth_identity,
    truth_intent,
    truth_records,
    viewership_patterns,
)
from idgraph_widgets.schema.table import Column, Cut, Growth, Kind, Reference, Table, literal, quoted


def _by_name(*tables: Table) -> dict[str, Table]:
    return {table.name: table for table in tables}


TABLES = _by_name(
    households.TABLE,
    individuals.TABLE,
    identity_mappings.TABLE,
    content_engagements.TABLE,
    viewership_patterns.TABLE,
    audience_attributes.TABLE,
    campaigns.TABLE,
    campaign_exposures.TABLE,
    response_events.TABLE,
    outcome_metrics.TABLE,
)
"""The ten tables, in order."""

META = _by_name(
    segment_rules.TABLE,
    content_catalog.TABLE,
    household_moves.TABLE,
    campaign_holdouts.TABLE,
    campaign_opportunities.TABLE,
    campaign_daily.TABLE,
    source_records.TABLE,
)
"""Observable companions that generators make."""

TRUTH = _by_name(truth_identity.TABLE, truth_intent.TABLE, truth_conversion.TABLE, truth_records.TABLE)
"""Companions that only the generator can know."""

GENERATED = {**TABLES, **META, **TRUTH}
"""Every table that generators make."""

RUNS = generation_runs.TABLE
"""The log of runs, a companion that storage keeps."""


def references() -> tuple[Reference, ...]:
    """Every column that points to another table, in the order of `GENERATED`."""
    return tuple(
        Reference(table.name, column.name, column.references, GENERATED[column.references].key[0])
        for table in GENERATED.values()
        for column in table.columns
        if column.references
    )


__all__ = [
    "GENERATED",
    "META",
    "RUNS",
    "TABLES",
    "TRUTH",
    "Column",
    "Cut",
    "Growth",
    "Kind",
    "Reference",
    "Table",
    "literal",
    "quoted",
    "references",
]
