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
    "structure": structure.parts,
    "households": households.parts,
    "individuals": individuals.parts,
    "identity": identity.parts,
    "records": records.parts,
    "engagement": engagement.parts,
    "audience": audience.parts,
    "campaigns": campaigns.parts,
    "exposures": exposures.parts,
    "session_ads": session_ads.parts,
    "wants": wants.parts,
    "responses": responses.parts,
    "outcomes": outcomes.parts,
    "extras": extras.parts,
}
"""Module to the function that, given a `Context`, returns its scans and partials in order."""


def all_checks(config) -> list[Check]:
    """Every check of a dataset with this configuration, in report order."""
    context = Context(config)
    return [
        check
        for parts in REGISTRY.values()
        for part in parts(context)
        if isinstance(part, Scan)
        for check in part.checks
    ]


def check_ids(config, manifest=None) -> list[str]:
    """Ids of every check and statistic of a dataset with this configuration, in report order."""
    from idgraph_widgets.quality.all_statistics import statistics

    context = Context(config, manifest)
    scans = [part for parts in REGISTRY.values() for part in parts(context) if isinstance(part, Scan)]
    return [*(check.id for scan in scans for check in scan.checks), *(found.id for found in statistics(context)[1])]
