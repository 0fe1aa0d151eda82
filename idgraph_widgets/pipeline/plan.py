"""The order of tables: what each is made from, and whether it is made once or per chunk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One table of a run.

    Parameters
    ----------
    table : str
    inputs : tuple of str
        Tables, and intermediate frames, that its generator takes as keyword arguments.
    scope : {"dataset", "chunk", "sum"}
        Made once; made per chunk of households; or made per chunk and summed at the end.
    """

    table: str
    inputs: tuple[str, ...] = ()
    scope: str = "chunk"


_PEOPLE = ("households", "individuals")
_GRAPH = (*_PEOPLE, "identity_mappings")

PLAN: tuple[Step, ...] = (
    Step("content_catalog", scope="dataset"),
    Step("segment_rules", scope="dataset"),
    Step("campaigns", scope="dataset"),
    Step("households"),
    Step("individuals", ("households",)),
    Step("identity_mappings", _PEOPLE),
    Step("truth_identity", _PEOPLE),
    Step("content_engagements", (*_GRAPH, "truth_identity")),
    Step("viewership_patterns", ("households", "content_engagements")),
    Step("audience_attributes", (*_GRAPH, "content_engagements")),
    Step("campaign_holdouts", ("campaigns", "audience_attributes")),
    Step("campaign_exposures", ("campaigns", *_GRAPH, "truth_identity", "audience_attributes")),
    Step("response_events", ("campaigns", "individuals", "audience_attributes", "campaign_exposures")),
    Step("truth_conversion", ("campaigns", "individuals", "audience_attributes", "campaign_exposures")),
    Step("campaign_daily", ("campaigns", "campaign_exposures", "response_events"), scope="sum"),
    Step("outcome_metrics", ("campaigns", "partials"), scope="dataset"),
)
"""Steps of scope "dataset" before the first chunked one run first, those after it last."""

PARTIALS = "partials"
"""The additive frame per campaign and attribution model from which outcome_metrics is made."""

PARTIALS_INPUTS = ("campaigns", "identity_mappings", "campaign_exposures", "response_events")
PARTIALS_KEY = ("campaign_id", "attribution_model")


def split(plan: tuple[Step, ...] = PLAN) -> tuple[list[Step], list[Step], list[Step]]:
    """The plan's steps before, in and after the loop over chunks."""
    chunked = [i for i, step in enumerate(plan) if step.scope != "dataset"]
    first, last = chunked[0], chunked[-1]
    return list(plan[:first]), list(plan[first : last + 1]), list(plan[last + 1 :])
