"""Promises of truth_intent, what people are in the market for, and of campaign_opportunities, whom ads reach."""

from __future__ import annotations

from idgraph_widgets.quality.checks import Check, Context, Scan

KEY = ("intent_id",)

AT_A_TIME = 3
"""Spells of a person at one time, at most."""

_ROWS = """
select s.*, i.individual_id as known_person, i.age from {truth_intent} s
left join {individuals} i on s.individual_id = i.individual_id
"""

_BEGUN = """
select a.intent_id, a.individual_id, count(*) as going,
  sum(case when b.ad_product_category = a.ad_product_category then 1 else 0 end) as alike
from {truth_intent} a join {truth_intent} b on a.individual_id = b.individual_id
where b.from_date <= a.from_date and b.to_date > a.from_date
group by a.intent_id, a.individual_id
"""

_OPPORTUNITIES = """
select coalesce(o.campaign_id, x.campaign_id) as campaign_id, coalesce(o.household_id, x.household_id) as household_id,
  o.first_ts, x.first_us, h.household_id as holdout_household, c.campaign_id as known_campaign,
  k.household_id as known_household, o.campaign_id is not null as written
from {campaign_opportunities} o
full outer join (
  select campaign_id, household_id, min(unix_micros(exposure_ts)) as first_us
  from {campaign_exposures} group by campaign_id, household_id
) x on o.campaign_id = x.campaign_id and o.household_id = x.household_id
left join {campaign_holdouts} h on o.campaign_id = h.campaign_id and o.household_id = h.household_id
left join {campaigns} c on o.campaign_id = c.campaign_id
left join {households} k on o.household_id = k.household_id
"""


def queries(context: Context) -> list[Scan]:
    """Spells alone and with those that go on when they begin; opportunities beside exposures and holdouts."""
    return [
        Scan(_ROWS, tuple(_spells(context))),
        Scan(_BEGUN, tuple(_begun())),
        Scan(_OPPORTUNITIES, tuple(_opportunities())),
    ]


def _spells(context: Context) -> list[Check]:
    return [
        Check(
            "structure.truth_intent.individual_fk",
            "Every spell's person exists.",
            (*KEY, "individual_id"),
            holds="known_person is not null",
            group="structure",
        ),
        Check(
            "wants.adults",
            "Only adults have spells of intent.",
            (*KEY, "individual_id", "age"),
            holds="age >= 18",
            given="known_person is not null",
        ),
        Check(
            "wants.touches_window",
            "Every spell has at least a day, begins before the window ends, and ends after it begins.",
            (*KEY, "from_date", "to_date"),
            holds=f"to_date > from_date and unix_date(from_date) < {context.end_day}"
            f" and unix_date(to_date) > {context.start_day}",
        ),
        Check("wants.strength", "strength is positive.", (*KEY, "strength"), holds="strength > 0"),
    ]


def _begun() -> list[Check]:
    return [
        Check(
            "wants.three_at_a_time",
            f"When a spell begins, at most {AT_A_TIME} of the person go on, itself included.",
            (*KEY, "individual_id", "going"),
            holds=f"going <= {AT_A_TIME}",
        ),
        Check(
            "wants.one_of_a_category",
            "Nobody has two spells of one category at a time.",
            (*KEY, "individual_id"),
            holds="alike = 1",
        ),
    ]


def _opportunities() -> list[Check]:
    keys = ("campaign_id", "household_id")
    return [
        Check(
            "structure.campaign_opportunities.fks",
            "Every opportunity's campaign and household exist.",
            keys,
            holds="known_campaign is not null and known_household is not null",
            given="written",
            group="structure",
        ),
        Check(
            "opportunities.of_exposed",
            "Every household that a campaign was shown to has an opportunity, at the time of the first exposure.",
            (*keys, "first_ts"),
            holds="written and unix_micros(first_ts) = first_us",
            given="first_us is not null",
        ),
        Check(
            "opportunities.of_held_out",
            "An opportunity without an exposure is that of a household held out.",
            keys,
            holds="holdout_household is not null",
            given="written and first_us is null",
        ),
    ]
