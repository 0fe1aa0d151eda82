"""Mutations of spells of intent and of opportunities; see `mutation`."""

from __future__ import annotations

from support.mutations.mutation import mutation

WANTS = [
    mutation("structure.truth_intent.individual_fk", "truth_intent", individual_id="individual_id div 16 * 16 + 15"),
    mutation(
        "wants.adults",
        "truth_intent",
        individual_id="(select min(i.individual_id) from {individuals} i where i.age < 18)",
    ),
    mutation("wants.touches_window", "truth_intent", to_date="date_from_unix_date(0)"),
    mutation("wants.strength", "truth_intent", strength="double(0)"),
    mutation(
        "wants.one_of_a_category", "truth_intent", how="add", intent_id="intent_id + 7", also=("wants.three_at_a_time",)
    ),
    mutation(
        "wants.three_at_a_time",
        "truth_intent",
        "ad_product_category <> 'Pet Ownership' and intent_id in (select t.intent_id from {truth_intent} s"
        " join {truth_intent} t on s.individual_id = t.individual_id"
        " where s.from_date <= t.from_date and s.to_date > t.from_date"
        " group by t.intent_id having count(*) = 3)",
        how="add",
        intent_id="intent_id + 7",
        ad_product_category="'Pet Ownership'",
        also=("wants.one_of_a_category",),
    ),
    mutation(
        "structure.campaign_opportunities.fks",
        "campaign_opportunities",
        how="add",
        campaign_id="cast(77 as bigint)",
        also=("opportunities.of_held_out",),
    ),
    mutation(
        "opportunities.of_exposed",
        "campaign_opportunities",
        "household_id in (select x.household_id from {campaign_exposures} x where x.campaign_id = 1)"
        " and campaign_id = 1",
        how="remove",
    ),
    mutation(
        "opportunities.of_held_out",
        "campaign_opportunities",
        how="add",
        household_id="(select max(h.household_id) from {households} h where h.household_id not in"
        " (select o.household_id from {campaign_opportunities} o))",
    ),
]
