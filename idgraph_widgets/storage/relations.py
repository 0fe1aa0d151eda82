"""Which column points to which table: declared once, for foreign keys in catalogs that know them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """A column of one table that holds keys of another, or null."""

    table: str
    column: str
    parent: str
    parent_column: str


def _to(parent: str, key: str, *children: str) -> list[Relation]:
    """Relations to `parent` from ``table.column`` or, where the column has the key's name, ``table``."""
    found = []
    for child in children:
        table, _, column = child.partition(".")
        found.append(Relation(table, column or key, parent, key))
    return found


RELATIONS: tuple[Relation, ...] = (
    *_to("households", "household_id", "individuals", "identity_mappings", "campaign_exposures", "campaign_holdouts"),
    *_to(
        "individuals",
        "individual_id",
        "identity_mappings",
        "content_engagements",
        "viewership_patterns",
        "audience_attributes",
        "campaign_exposures",
        "response_events",
        "truth_identity.true_individual_id",
    ),
    *_to("identity_mappings", "mapping_id", "content_engagements", "campaign_exposures", "truth_identity"),
    *_to("content_catalog", "content_id", "content_engagements"),
    *_to("segment_rules", "rule_id", "audience_attributes"),
    *_to(
        "campaigns",
        "campaign_id",
        "campaign_exposures",
        "response_events",
        "outcome_metrics",
        "campaign_holdouts",
        "campaign_daily",
    ),
    *_to("campaign_exposures", "exposure_id", "response_events", "truth_conversion.causing_exposure_id"),
    *_to("response_events", "response_id", "response_events.parent_response_id", "truth_conversion"),
)
"""Parents before children, as the order of adding keys needs."""
