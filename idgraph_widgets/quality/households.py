"""Promises of households: place, income, and what follows from the people who live there."""

from __future__ import annotations

from idgraph_widgets.quality.checks import Check, Context, Partial, Scan
from idgraph_widgets.quality.sql import KM, SAFE_IP, one_of, quoted, states_table, zip3_table

KEY = ("household_id",)

_SOURCE = f"""
select h.*, s.*,
  (h.latitude - z.centre_latitude) * {KM} * (h.latitude - z.centre_latitude) * {KM}
  + (h.longitude - z.centre_longitude) * z.km_east * (h.longitude - z.centre_longitude) * z.km_east as km_apart_squared,
  coalesce(m.members, 0) as members, coalesce(m.householders, 0) as householders,
  coalesce(m.minor_children, 0) as minor_children, coalesce(m.children, 0) as children,
  coalesce(m.spouses, 0) as spouses, coalesce(m.partners, 0) as partners,
  coalesce(m.roommates, 0) as roommates
from {{households}} h
left join {states_table()} s on h.state = s.ref_state
left join {zip3_table()} z on h.zip3 = z.ref_zip3
left join (
  select household_id as member_household, count(*) as members,
    sum(case when role = 'householder' then 1 else 0 end) as householders,
    sum(case when role = 'child' and age < 18 then 1 else 0 end) as minor_children,
    sum(case when role = 'child' then 1 else 0 end) as children,
    sum(case when role = 'spouse' then 1 else 0 end) as spouses,
    sum(case when role = 'partner' then 1 else 0 end) as partners,
    sum(case when role = 'roommate' then 1 else 0 end) as roommates
  from {{individuals}} group by household_id
) m on h.household_id = m.member_household
"""


ZIP3_KM = 60

_MOVES = """
select v.*, h.market_code as home_market
from {household_moves} v left join {households} h on v.household_id = h.household_id
"""


def queries(context: Context) -> list[Scan | Partial]:
    """One pass over households with their people and places, one over moves, one over markets."""
    checks = (*_place(context), *_money_and_size(context), *_people())
    market = Check(
        "households.market_in_one_state",
        "A TV market (market_code) lies within one state.",
        ("market_code",),
        holds="first_state = last_state",
    )
    near = Check(
        "households.near_zip3",
        f"A home lies at most {ZIP3_KM} km from the centre of its ZIP3.",
        (*KEY, "zip3", "latitude", "longitude"),
        holds=f"km_apart_squared <= {ZIP3_KM * ZIP3_KM}",
        given="km_apart_squared is not null",
    )
    return [
        Scan(_SOURCE, (*checks, near), rows_of="households"),
        Scan(_MOVES, _moves(context), rows_of="household_moves"),
        Partial(
            "markets_of_slice",
            "select market_code, min(state) as state_from, max(state) as state_to from"
            " {households} group by market_code",
            group="consistency",
        ),
        Scan(
            "select market_code, min(state_from) as first_state, max(state_to) as last_state"
            " from {markets_of_slice} group by market_code",
            (market,),
            "whole",
        ),
    ]


def _moves(context: Context) -> tuple[Check, ...]:
    keys = ("household_id", "move_number")
    return (
        Check(
            "structure.household_moves.fk",
            "Every household that moves exists.",
            keys,
            holds="home_market is not null",
            group="structure",
        ),
        Check(
            "households.moves_in_market",
            "A household that moves stays in its TV market.",
            (*keys, "market_code", "home_market"),
            holds="market_code = home_market",
            given="home_market is not null",
        ),
        Check(
            "households.moves_in_window",
            "Households move within the window.",
            (*keys, "moved_ts"),
            holds=context.in_window("moved_ts"),
        ),
    )


def _place(context: Context) -> list[Check]:
    states = [s for s, share in context.config.household_config.location_distribution.items() if share > 0]
    return [
        Check(
            "households.state_configured",
            "Every household lies in a state of location_distribution.",
            (*KEY, "state"),
            holds=one_of("state", states),
        ),
        Check(
            "households.state_facts",
            "census_region and time_zone are those of the state.",
            (*KEY, "state", "census_region", "time_zone"),
            holds="census_region = ref_region and time_zone = ref_time_zone",
            given="ref_state is not null",
        ),
        Check(
            "households.inside_state",
            "latitude and longitude lie within the places of the state.",
            (*KEY, "state", "latitude", "longitude"),
            holds="round(latitude * 100) between lat_min and lat_max"
            " and round(longitude * 100) between lon_min and lon_max",
            given="ref_state is not null",
        ),
        Check(
            "households.zip3_of_state",
            "zip3 is a prefix of the state.",
            (*KEY, "state", "zip3"),
            holds="zip3 rlike '^[0-9]{3}$' and instr(zip3s, zip3) > 0",
            given="ref_state is not null",
        ),
        Check(
            "households.home_ip_safe",
            "home_ip is an address that belongs to nobody (240.0.0.0/4, 100.64.0.0/10 or 2001:db8::/32).",
            (*KEY, "home_ip"),
            holds=f"home_ip rlike '{SAFE_IP}'",
        ),
    ]


def _money_and_size(context: Context) -> list[Check]:
    from idgraph_widgets.config import income_bounds

    config = context.config.household_config
    inside = " ".join(
        f"when {quoted(label)} then annual_income >= {int(lower)}"
        + (f" and annual_income < {int(upper)}" if upper is not None else "")
        for label, lower, upper in income_bounds(context.config)
    )
    configured = [label for label, share in config.income_brackets.items() if share > 0]
    return [
        Check(
            "households.income_bracket_configured",
            "income_bracket is a label of income_brackets.",
            (*KEY, "income_bracket"),
            holds=one_of("income_bracket", configured),
        ),
        Check(
            "households.income_in_bracket",
            "annual_income lies inside the income_bracket.",
            (*KEY, "income_bracket", "annual_income"),
            holds=f"case income_bracket {inside} end",
            given=one_of("income_bracket", configured),
        ),
        Check(
            "households.size_bounds",
            "household_size is at least 1 and at most the configured maximum.",
            (*KEY, "household_size"),
            holds=f"household_size between 1 and {int(config.size_distribution.max_size)}",
        ),
    ]


def _people() -> list[Check]:
    return [
        Check(
            "households.exactly_size_people",
            "Exactly household_size people live in a household.",
            (*KEY, "household_size", "members"),
            holds="members = household_size",
        ),
        Check(
            "households.one_householder",
            "Every household has exactly one householder.",
            (*KEY, "householders"),
            holds="householders = 1",
        ),
        Check(
            "households.living_alone",
            "household_type is living_alone exactly when household_size is 1.",
            (*KEY, "household_type", "household_size"),
            holds="(household_type = 'living_alone') = (household_size = 1)",
        ),
        Check(
            "households.has_children",
            "has_children is true exactly when a child under 18 lives there.",
            (*KEY, "has_children", "minor_children"),
            holds="has_children = (minor_children > 0)",
        ),
        Check(
            "households.couples",
            "A married_couple has exactly one spouse and a cohabiting household exactly one partner;"
            " others have neither.",
            (*KEY, "household_type", "spouses", "partners"),
            holds="spouses = case when household_type = 'married_couple' then 1 else 0 end"
            " and partners = case when household_type = 'cohabiting' then 1 else 0 end",
        ),
        Check(
            "households.single_parent",
            "In a single_parent household a child of the householder lives.",
            (*KEY, "household_type"),
            holds="children > 0",
            given="household_type = 'single_parent'",
        ),
        Check(
            "households.nonfamily",
            "Besides the householder only roommates live in a nonfamily household.",
            (*KEY, "household_type", "members", "roommates"),
            holds="roommates = members - 1",
            given="household_type = 'nonfamily'",
        ),
    ]
