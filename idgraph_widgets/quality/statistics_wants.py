"""Statistical checks of wants and campaigns: segments tell, holdouts change nothing, people keep their hours."""

from __future__ import annotations

import math

from idgraph_widgets.config import CampaignConfig
from idgraph_widgets.config.affinity import CONTENT
from idgraph_widgets.config.segments import INTENTS
from idgraph_widgets.quality.checks import DAY_US, Context
from idgraph_widgets.quality.sql import inline_table, states_table
from idgraph_widgets.quality.statistics import CERTAIN, Judgement, NotJudged, Rows, Statistic, Tally, compare_most
from idgraph_widgets.schema.individuals import ADULT_AGE

DAYS_AFTER = 30
"""Days after the lookback in which visits are counted."""

STAND_OUT = 2.0
"""How much more often members of a segment in the market visit such advertisers than everybody, at least."""

_FEWEST = 40
"""Visits or purchases that are expected, at least, where something is said about their number."""

_OF_WANTS = ("intents_at_a_time", "intent_days", "intent_sigma", "intent_session_share", "intent_click_odds",
             "intent_visit_share")  # fmt: skip


def tallies(context: Context) -> list[Tally]:
    """Visits by members of segments in the market; purchases of people held out and of others; hours of responses."""
    return [
        Tally("stat_in_market", _in_market(context), sums=("n", "of_members")),
        Tally("stat_placebo", _PLACEBO, sums=("people", "purchases")),
        Tally("stat_own_hours", _HOURS, sums=("n", "night")),
    ]


def _in_market(context: Context) -> str:
    known = context.start_day + context.config.audience_config.lookback_days
    matching = inline_table(
        [(segment, product) for segment, _, content in INTENTS for product, word in CONTENT.items() if word in content],
        ("ref_segment", "ref_product"),
    )
    members = (
        "select distinct individual_id, segment_id from {audience_attributes} where segment_type = 'purchase_intent'"
    )
    sellers = "select distinct advertiser_id, ad_product_category from {campaigns}"
    return (
        "select 'visits' as what, w.ref_segment as segment_id, count(*) as n, count(m.individual_id) as of_members"
        f" from {{response_events}} r join ({sellers}) s on r.advertiser_id = s.advertiser_id"
        f" join {matching} w on s.ad_product_category = w.ref_product"
        f" left join ({members}) m on r.individual_id = m.individual_id and w.ref_segment = m.segment_id"
        " where r.response_type = 'site_visit' and r.conversion_path <> 'click_through'"
        f" and unix_micros(r.response_ts) between {known * DAY_US} and {(known + DAYS_AFTER) * DAY_US - 1}"
        " group by w.ref_segment union all"
        f" select 'people', m.segment_id, 0L, count(*) from ({members}) m group by m.segment_id union all"
        f" select 'people', '', count(*), 0L from {{individuals}} where age >= {ADULT_AGE}"
    )


_PLACEBO = """
select c.campaign_id, h.household_id is not null as held, count(*) as people, sum(coalesce(p.n, 0)) as purchases
from {campaigns} c join {audience_attributes} a on c.target_segment_id = a.segment_id
left join (select distinct campaign_id, household_id from {campaign_holdouts}) h
  on c.campaign_id = h.campaign_id and a.individual_id div 16 = h.household_id
left join (
  select g.campaign_id, r.individual_id, count(*) as n
  from {response_events} r join {truth_conversion} t on r.response_id = t.response_id
  join {campaigns} g on r.advertiser_id = g.advertiser_id
  where t.origin <> 'created' and r.response_ts >= g.start_date and r.response_ts < g.end_date
  group by g.campaign_id, r.individual_id
) p on c.campaign_id = p.campaign_id and a.individual_id = p.individual_id
group by 1, 2
"""


_LOCAL = "(unix_micros({}.response_ts) + cast(s.utc_offset_minutes as bigint) * 60000000)"

_HOURS = f"""
select case when r.response_type = 'site_visit' then 'visits' else 'steps' end as what, count(*) as n,
  sum(case when pmod({_LOCAL.format("r")} div {DAY_US // 24}, 24) between 1 and 4 then 1 else 0 end) as night
from {{response_events}} r join {{individuals}} i on r.individual_id = i.individual_id
join {{households}} h on i.household_id = h.household_id join {states_table()} s on h.state = s.ref_state
left join {{response_events}} p on r.parent_response_id = p.response_id
where r.response_type = 'site_visit' or {_LOCAL.format("r")} div {DAY_US} > {_LOCAL.format("p")} div {DAY_US}
group by 1
"""
"""Visits, and the steps that follow on a later local day than the step before; how many happen from one to five."""


def checks(context: Context) -> list[Statistic]:
    """What a marketer would rely on."""
    return [_stands_out(context), _placebo(), _own_hours()]


def _stands_out(context: Context) -> Statistic:
    cfg = context.config.campaign_config

    def judge(rows: Rows) -> Judgement | NotJudged:
        adults = sum(row["n"] for row in rows if row["what"] == "people")
        members = {row["segment_id"]: row["of_members"] for row in rows if row["what"] == "people"}
        visits = [row for row in rows if row["what"] == "visits"]
        expected = sum(row["n"] * members.get(row["segment_id"], 0) for row in visits) / max(1, adults)
        found = sum(row["of_members"] for row in visits)
        if expected < _FEWEST:
            return NotJudged(f"only {expected:.0f} visits by members are expected, and it takes {_FEWEST}")
        if any(getattr(cfg, name) != getattr(CampaignConfig(), name) for name in _OF_WANTS):
            return NotJudged("how much wants show is known for the default wants only", STAND_OUT, found / expected)
        # Members visit several times each.
        chance = CERTAIN * math.sqrt(2 / expected)
        lacking = max(0.0, STAND_OUT - found / expected)
        return Judgement(STAND_OUT, found / expected, lacking, chance, int(found), "at least", chance)

    return Statistic(
        "statistics.in_market",
        f"Members of segments in the market visit matching advertisers, in the {DAYS_AFTER} days after the lookback and"
        f" without a click, {STAND_OUT:g} times as often as everybody, or more.",
        "stat_in_market",
        judge,
        "design",
    )


def _placebo() -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        found = expected = variance = 0.0
        for campaign in {row["campaign_id"] for row in rows}:
            of = {row["held"]: row for row in rows if row["campaign_id"] == campaign}
            share = of[True]["people"] / sum(row["people"] for row in of.values()) if True in of else 0.0
            bought = sum(row["purchases"] for row in of.values())
            found += of[True]["purchases"] if True in of else 0
            expected += bought * share
            variance += bought * share * (1 - share)
        if expected < _FEWEST:
            return NotJudged(f"only {expected:.0f} purchases by people held out are expected, and it takes {_FEWEST}")
        # Several purchases of a home, also under several campaigns, go together.
        chance = CERTAIN * math.sqrt(2 * variance) / expected
        return Judgement(1.0, found / expected, abs(found / expected - 1), chance, int(found), "relative", chance)

    return Statistic(
        "statistics.placebo",
        "People held out of a campaign buy, during its flight, as often as others of its segment do without an ad's"
        " doing.",
        "stat_placebo",
        judge,
        "design",
    )


def _own_hours() -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        visits, steps = (next((row for row in rows if row["what"] == what), None) for what in ("visits", "steps"))
        if visits is None or steps is None or steps["n"] < _FEWEST:
            return NotJudged(f"fewer than {_FEWEST} sign-ups, carts and purchases follow on a later day")
        usual, found = (row["night"] / row["n"] for row in (visits, steps))
        # Without a visit at night, one could have been.
        share = max(usual, 1 / visits["n"])
        chance = CERTAIN * math.sqrt(share * (1 - share) * (1 / steps["n"] + 1 / visits["n"]))
        return compare_most(found, usual, 0.02, chance, int(steps["n"]))

    return Statistic(
        "statistics.own_hours",
        "Sign-ups, carts and purchases on a later day come no more often from one to five in the night than visits do.",
        "stat_own_hours",
        judge,
        "design",
    )
