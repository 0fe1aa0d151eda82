"""Every module of checks, in the order of the tables."""

from __future__ import annotations

from idgraph_widgets.quality import (
    audience,
    campaigns,
    engagement,
    exposures,
    extras,
    households,
    identity,
    individuals,
    outcomes,
    records,
    responses,
    session_ads,
    structure,
    wants,
)
from idgraph_widgets.quality.checks import Check, Context, Scan

REGISTRY = {
    "structure": structure.queries,
    "households": households.queries,
    "individuals": individuals.queries,
    "identity": identity.queries,
    "records": records.queries,
    "engagement": engagement.queries,
    "audience": audience.queries,
    "campaigns": campaigns.queries,
    "exposures": exposures.queries,
    "session_ads": session_ads.queries,
    "wants": wants.queries,
    "responses": responses.queries,
    "outcomes": outcomes.queries,
    "extras": extras.queries,
}
"""Module to the function that, given a `Context`, returns its scans and partials in order."""


def all_checks(config) -> list[Check]:
    """Every check of a dataset with this configuration, in report order."""
    context = Context(config)
    return [
        check
        for queries in REGISTRY.values()
        for query in queries(context)
        if isinstance(query, Scan)
        for check in query.checks
    ]


def check_ids(config, manifest=None) -> list[str]:
    """Ids of every check and statistic of a dataset with this configuration, in report order."""
    from idgraph_widgets.quality.all_statistics import statistics

    context = Context(config, manifest)
    scans = [query for queries in REGISTRY.values() for query in queries(context) if isinstance(query, Scan)]
    return [*(check.id for scan in scans for check in scan.checks), *(found.id for found in statistics(context)[1])]
