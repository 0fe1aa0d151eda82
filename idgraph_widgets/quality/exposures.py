"""Promises of campaign_exposures: who may see what, frequency caps, cost and budgets."""

from __future__ import annotations

from idgraph_widgets.config.placements import PRICE_BOUNDS
from idgraph_widgets.quality.checks import DAY_US, Check, Context, Partial, Scan
from idgraph_widgets.quality.sql import SAFE_IP, alive, cents, is_ten_thousandths, micros, one_of
from idgraph_widgets.schema.campaigns import COMPLETION_CHANNELS
from idgraph_widgets.schema.ids import BLOCK

KEY = ("exposure_id",)

SEEN = ("first_exposure", "mapping_id")
"""What names exposures that refer to the same rows."""

USABLE = {
    "search": ("cookie", "idfa", "gaid"),
    "social": ("cookie", "idfa", "gaid"),
    "display": ("cookie", "idfa", "gaid"),
    "video": ("cookie", "idfa", "gaid", "ctv_id"),
    "audio": ("cookie", "idfa", "gaid", "ctv_id"),
    "ctv": ("ctv_id",),
    "email": ("email",),
}
"""Identifier types an ad of the channel can reach."""

_ROWS = """
select x.*, c.channel, c.pricing_model, c.bid_price, c.start_date as flight_start, c.end_date as flight_end,
  c.campaign_id as known_campaign, k.clicked_exposure
from {campaign_exposures} x
left join {campaigns} c on x.campaign_id = c.campaign_id
left join (
  select exposure_id as clicked_exposure from {response_events}
  where response_type = 'click' group by exposure_id
) k on x.exposure_id = k.clicked_exposure
"""

# What an identifier sees of a campaign is several exposures that refer to the same rows: joined once for all of them.
_SEEN = """
select x.*, c.channel, c.campaign_id as known_campaign,
  i.household_id as person_household, i.age, i.email_opt_in,
  m.individual_id as mapping_person, m.identifier_type, m.device_id as mapping_device,
  m.device_type as mapping_device_type, m.first_seen_ts, m.last_seen_ts, m.opted_out_ts,
  a.segment_id as member_segment, h.household_id as holdout_household
from (
  select campaign_id, individual_id, household_id, mapping_id, device_id, device_type,
    min(exposure_id) as first_exposure, min(exposure_ts) as first_ts, max(exposure_ts) as last_ts
  from {campaign_exposures} group by campaign_id, individual_id, household_id, mapping_id, device_id, device_type
) x
left join {campaigns} c on x.campaign_id = c.campaign_id
left join {individuals} i on x.individual_id = i.individual_id
left join {identity_mappings} m on x.mapping_id = m.mapping_id
left join {audience_attributes} a on x.individual_id = a.individual_id and c.target_segment_id = a.segment_id
left join {campaign_holdouts} h on x.campaign_id = h.campaign_id and x.household_id = h.household_id
"""
"""Exposures by what they refer to, the earliest and the latest of each."""

_UNITS = """
select x.exposure_id, x.campaign_id, unix_micros(x.exposure_ts) as at_us,
  c.frequency_cap_daily as daily, c.frequency_cap_weekly as weekly,
  case c.frequency_cap_scope when 'person' then x.individual_id when 'household' then x.household_id
    else m.identifier end as unit
from {campaign_exposures} x join {campaigns} c on x.campaign_id = c.campaign_id
left join (
  select mapping_id, xxhash64(household_id, identifier_type, identifier_value) as identifier from {identity_mappings}
) m on x.mapping_id = m.mapping_id
"""


def queries(context: Context) -> list[Scan | Partial]:
    """Rows alone, with their campaign, by what they refer to, crowded cap scopes, and spend per block."""
    return [
        Scan("select * from {campaign_exposures}", tuple(_rows(context))),
        Scan(_ROWS, (_within_flight(), *_values())),
        Scan(_SEEN, (*_links(), *_allowed(), _alive())),
        Scan(_caps_source(context), (_cap("daily", 24), _cap("weekly", 168))),
        Partial("spend_of_blocks", _SPEND.format(block=_block(context)), group="consistency"),
        Partial("homes_of_blocks", _HOMES.format(block=_block(context)), group="consistency"),
        Scan(_BUDGETS, tuple(_budgets()), "whole"),
    ]


def _links() -> list[Check]:
    return [
        Check(
            "structure.campaign_exposures.fks",
            "Every exposure's campaign, person and mapping exist.",
            (*SEEN, "campaign_id", "individual_id"),
            holds="known_campaign is not null and person_household is not null and mapping_person is not null",
            group="structure",
        ),
        Check(
            "exposures.person_of_mapping",
            "individual_id is always the asserted person of the mapping.",
            (*SEEN, "individual_id"),
            holds="individual_id = mapping_person",
            given="mapping_person is not null",
        ),
        Check(
            "exposures.household_of_person",
            "household_id is always that of the person.",
            (*SEEN, "individual_id", "household_id"),
            holds="household_id = person_household",
            given="person_household is not null",
        ),
        Check(
            "exposures.device_of_mapping",
            "device_id and device_type are always those of the mapping, where it has a device.",
            (*SEEN, "device_id", "device_type"),
            holds="device_id <=> mapping_device and (mapping_device is null or device_type = mapping_device_type)",
            given="mapping_person is not null",
        ),
    ]


def _allowed() -> list[Check]:
    usable = " ".join(f"when '{c}' then {one_of('identifier_type', types)}" for c, types in USABLE.items())
    return [
        Check(
            "exposures.in_segment",
            "Only people in the target segment see a campaign.",
            (*SEEN, "campaign_id", "individual_id"),
            holds="member_segment is not null",
            given="known_campaign is not null and person_household is not null",
        ),
        Check(
            "exposures.never_minors",
            "Minors never see a campaign.",
            (*SEEN, "individual_id", "age"),
            holds="age >= 18",
            given="age is not null",
        ),
        Check(
            "exposures.never_holdouts",
            "Holdout households never see the campaign.",
            (*SEEN, "campaign_id", "household_id"),
            holds="holdout_household is null",
        ),
        Check(
            "exposures.usable_identifier",
            "The identifier is of a type that the channel can use.",
            (*SEEN, "channel", "identifier_type"),
            holds=f"case channel {usable} end",
            given="known_campaign is not null and mapping_person is not null",
        ),
        Check(
            "exposures.email_opted_in",
            "Emails go only to people who opted in.",
            (*SEEN, "individual_id"),
            holds="email_opt_in",
            given="channel = 'email' and person_household is not null",
        ),
    ]


def _alive() -> Check:
    return Check(
        "exposures.identifier_alive",
        "The identifier was alive and not opted out at the time of the exposure.",
        (*SEEN, "first_ts", "last_ts"),
        # What was alive at the first and at the last was alive between them.
        holds=f"{alive('first_ts')} and {alive('last_ts')}",
        given="mapping_person is not null",
    )


def _within_flight() -> Check:
    return Check(
        "exposures.within_flight",
        "Every exposure lies within the flight of its campaign.",
        (*KEY, "campaign_id", "exposure_ts"),
        holds=f"unix_micros(exposure_ts) >= unix_date(flight_start) * {DAY_US}"
        f" and unix_micros(exposure_ts) < unix_date(flight_end) * {DAY_US}",
        given="known_campaign is not null",
    )


def _rows(context: Context) -> list[Check]:
    return [
        Check(
            "exposures.ip_safe",
            "ip_address belongs to nobody (240.0.0.0/4, 100.64.0.0/10 or 2001:db8::/32).",
            (*KEY, "ip_address"),
            holds=f"ip_address is null or ip_address rlike '{SAFE_IP}'",
        ),
        Check(
            "exposures.view_seconds",
            "view_seconds is never negative.",
            (*KEY, "view_seconds"),
            holds="view_seconds is null or view_seconds >= 0",
        ),
        Check(
            "exposures.within_window",
            "Every exposure lies within the window.",
            (*KEY, "exposure_ts"),
            holds=context.in_window("exposure_ts"),
        ),
    ]


def _values() -> list[Check]:
    timed = one_of("channel", COMPLETION_CHANNELS)
    return [
        Check(
            "exposures.completion_rate",
            "completion_rate is k/10000 for video, ctv and audio, and null for other channels.",
            (*KEY, "channel", "completion_rate"),
            holds=f"case when {timed} then {is_ten_thousandths('completion_rate')} else completion_rate is null end",
            given="known_campaign is not null",
        ),
        Check(
            "exposures.cpm_cost",
            "Under cpm, cost is a thousandth of bid_price, or half to twice as much.",
            (*KEY, "cost"),
            holds=_priced(10),
            given="pricing_model = 'cpm'",
        ),
        Check(
            "exposures.cpc_cost",
            "Under cpc, cost is bid_price, or half to twice as much, where a click follows and 0 elsewhere.",
            (*KEY, "cost"),
            holds=f"case when clicked_exposure is null then cost = 0 else {_priced(10_000)} end",
            given="pricing_model = 'cpc'",
        ),
    ]


def _priced(micros_per_cent: int) -> str:
    """SQL: what is paid lies around the bid."""
    low, high = (round(bound * micros_per_cent) for bound in PRICE_BOUNDS)
    return f"{micros('cost')} between {cents('bid_price')} * {low} and {cents('bid_price')} * {high}"


_FOLDED = 20
"""Days, and weeks, that are counted apart: what is so many apart is counted together."""

_PER_SUM = 10
"""Counts in one BIGINT, of 6 bits each."""

_CROWD = 63
"""Most exposures of a unit whose counts fit."""


def _caps_source(context: Context) -> str:
    """Exposures of crowded units with the time since the one that is a cap earlier, per cap.

    A window of a day (a week), both ends included, touches two neighbouring days (weeks) at most, so only a unit with
    more than a cap in two neighbours can break it, and only such units' exposures are sorted.
    """
    sums, crowded = [], [f"exposures > {_CROWD}"]
    for cap, length in (("daily", DAY_US), ("weekly", 7 * DAY_US)):
        place = f"cast(pmod(at_us div {length}, {_FOLDED}) as int)"
        for first in range(0, _FOLDED, _PER_SUM):
            shifted = f"shiftleft(1L, 6 * ({place} - {first}))"
            sums.append(
                f"sum(case when {place} >= {first} and {place} < {first + _PER_SUM} then {shifted} else 0L end)"
                f" as {cap}_from_{first}"
            )
        counts = [
            f"(shiftright({cap}_from_{n // _PER_SUM * _PER_SUM}, {6 * (n % _PER_SUM)}) & {_CROWD}L)"
            for n in range(_FOLDED)
        ]
        pairs = ", ".join(f"{counts[n]} + {counts[(n + 1) % _FOLDED]}" for n in range(_FOLDED))
        crowded.append(f"greatest({pairs}) > {cap}")
    lags = ", ".join(
        f"at_us - lag(at_us, {cap}) over (partition by campaign_id, unit order by at_us, exposure_id) as apart_{cap}"
        for cap in context.caps
    )
    apart = " ".join(f"when {cap} then apart_{cap}" for cap in context.caps)
    daily, weekly = (f"case {column} {apart} end" if apart else "null" for column in ("daily", "weekly"))
    return f"""
with units as ({_UNITS}),
crowded as (
  select crowded_campaign, crowded_unit from (
    select campaign_id as crowded_campaign, unit as crowded_unit, count(*) as exposures, max(daily) as daily,
      max(weekly) as weekly, {", ".join(sums)}
    from units group by campaign_id, unit
  ) counted where {" or ".join(crowded)}
)
select *, {daily} as apart_daily, {weekly} as apart_weekly from (
  select *{", " + lags if lags else ""} from units
  join crowded on campaign_id = crowded_campaign and unit = crowded_unit
) ordered
"""


def _cap(cap: str, hours: int) -> Check:
    return Check(
        f"exposures.cap_{cap}",
        f"At most frequency_cap_{cap} exposures of a campaign at its scope in every window of {hours} hours,"
        " both ends included.",
        ("campaign_id", "exposure_id"),
        holds=f"apart_{cap} > {hours} * 3600000000",
        given=f"apart_{cap} is not null",
    )


def _block(context: Context) -> str:
    """SQL: the first household of a row's block, by the grid or by an append that began inside it."""
    grid = f"(household_id - 1) div {BLOCK} * {BLOCK} + 1"
    starts = (context.manifest or {}).get("block_starts", [])
    begun = [f"case when household_id >= {int(s)} then {int(s)} else 1 end" for s in starts]
    return f"greatest({', '.join([grid, *begun])})" if begun else grid


_SPEND = f"""
select campaign_id, {{block}} as block, sum({micros("cost")}) as spent
from {{{{campaign_exposures}}}} group by campaign_id, {{block}}
"""

_HOMES = """
select {block} as block, count(*) as homes from {{households}} group by {block}
"""

_BUDGETS = f"""
select c.campaign_id, s.block, s.spent, {cents("c.budget")} * 10000 as budget_micros,
  {cents("c.budget_per_1000_households")} * 10 * h.homes as share_micros, t.spent_in_all
from (
  select campaign_id, block, sum(spent) as spent from {{spend_of_blocks}} group by campaign_id, block
) s
join (select campaign_id, sum(spent) as spent_in_all from {{spend_of_blocks}} group by campaign_id) t
  on s.campaign_id = t.campaign_id
join {{campaigns}} c on s.campaign_id = c.campaign_id
left join (select block, sum(homes) as homes from {{homes_of_blocks}} group by block) h on s.block = h.block
"""


def _budgets() -> list[Check]:
    return [
        Check(
            "exposures.budget",
            "Per campaign, the sum of cost is at most the budget.",
            ("campaign_id", "spent_in_all", "budget_micros"),
            holds="spent_in_all <= budget_micros",
        ),
        Check(
            "exposures.block_budget",
            "Per campaign and block, the sum of cost is at most the block's households times the budget per 1,000.",
            ("campaign_id", "block", "spent", "share_micros"),
            holds="spent <= share_micros",
        ),
    ]
