"""Mutations of spells of intent and of opportunities; see `mutation`."""

from __future__ import annotations

from support.mutations.mutation import mutation

WANTS = [
    mutation(
        "structure.truth_intent.individual_fk",
        "truth_intent",
        individual_id="case when pmod(individual_id, 16) = 1 then individual_id + 14 else individual_id + 13 end",
    ),
    mutation(
        "wants.adults", "individuals", "age >= 18 and individual_id in (select individual_id from {truth_intent})"
    ),
    mutation("wants.touches_window", "truth_intent", to_date="date_from_unix_date(0)"),
    mutation("wants.strength", "truth_intent", strength="double(0)"),
    mutation(
        "wants.one_of_a_category", "truth_intent", how="add", intent_id="intent_id + 7", also=("wants.three_at_a_time",)
    ),
    mutation(
        "structure.campaign_opportunities.fks",
        "campaign_opportunities",
        "household_id in (select h.household_id from {campaign_holdouts} h where h.campaign_id = campaign_id)",
        how="add",
        campaign_id="cast(77 as bigint)",
        also=("opportunities.of_held_out",),
    ),
    mutation(
        "opportunities.of_exposed",
        "campaign_opportunities",
        "household_id in (select x.household_id from {campaign_exposures} x)",
        how="remove",
    ),
]
