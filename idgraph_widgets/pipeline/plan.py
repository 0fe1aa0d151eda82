"""The order of tables: what each is made from, and whether it is made once or per chunk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One table of a run, or an intermediate frame that several tables need.

    Parameters
    ----------
    table : str
        Name of the table; of an intermediate frame, the generators' name for it.
    inputs : tuple of str
        Tables and intermediate frames that the generator takes as keyword arguments.
    scope : {"dataset", "chunk", "sum", "staged"}
        Made once; made per chunk of households; made per chunk and summed at the end; or made per
        chunk and not published.
    generator : str
        Name of the function in `idgraph_widgets.generators`; default ``generate_<table>``.
    """

    table: str
    inputs: tuple[str, ...] = ()
    scope: str = "chunk"
    generator: str = ""

    def __post_init__(self):
        if not self.generator:
            object.__setattr__(self, "generator", f"generate_{self.table}")


_PEOPLE = ("households", "individuals")
_GRAPH = (*_PEOPLE, "identity_mappings")
_ANSWERED = ("campaigns", "individuals", "campaign_exposures", "ghosts")
_REPORTED = ("campaigns", "identity_mappings", "campaign_exposures", "response_events")

PLAN: tuple[Step, ...] = (
    Step("content_catalog", scope="dataset"),
    Step("segment_rules", scope="dataset"),
    Step("campaigns", scope="dataset"),
    Step("households"),
    Step("individuals", ("households",)),
    Step("persons", _PEOPLE, "staged", "plan_persons"),
    Step("records", (*_PEOPLE, "persons"), "staged", "plan_records"),
    Step("source_records", ("records",)),
    Step("truth_records", ("records",)),
    Step("own", ("persons",), "staged", "plan_own_identifiers"),
    Step("astray", ("households", "own"), "staged", "plan_false_links"),
    Step("identity_mappings", (*_PEOPLE, "own", "astray")),
    Step("truth_identity", (*_PEOPLE, "own", "astray")),
    Step("content_engagements", (*_GRAPH, "truth_identity")),
    Step("viewership_patterns", ("households", "content_engagements")),
    Step("audience_attributes", (*_GRAPH, "content_engagements")),
    Step("campaign_holdouts", ("campaigns", "audience_attributes")),
    Step("planned", ("campaigns", *_GRAPH, "audience_attributes"), "staged", "plan_campaign_exposures"),
    Step("campaign_exposures", ("campaigns", *_GRAPH, "truth_identity", "audience_attributes", "planned")),
    Step("ghosts", ("campaigns", "households", "identity_mappings", "planned"), "staged", "plan_ghosts"),
    Step("responses", _ANSWERED, "staged", "plan_response_events"),
    Step("response_events", (*_ANSWERED, "responses")),
    Step("truth_conversion", (*_ANSWERED, "responses")),
    Step("campaign_daily", ("campaigns", "campaign_exposures", "response_events"), "sum"),
    Step("partials", _REPORTED, "staged", "outcome_partials"),
    Step("outcome_metrics", ("campaigns", "partials"), scope="dataset"),
)
"""Steps of scope "dataset" before the first chunked one run first, those after it last."""

SUMMED_INPUTS = {"outcome_metrics": {"partials": ("campaign_id", "attribution_model")}}
"""Inputs that a table made once takes as the sum over all chunks, each with its key."""


def published() -> list[str]:
    """Names of the tables that a run publishes, in the order of the plan."""
    return [step.table for step in PLAN if step.scope != "staged"]


def split(plan: tuple[Step, ...] = PLAN) -> tuple[list[Step], list[Step], list[Step]]:
    """The plan's steps before, in and after the loop over chunks."""
    chunked = [i for i, step in enumerate(plan) if step.scope != "dataset"]
    first, last = chunked[0], chunked[-1]
    return list(plan[:first]), list(plan[first : last + 1]), list(plan[last + 1 :])
