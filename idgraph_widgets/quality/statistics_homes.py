"""Statistical checks of homes: sizes, types, incomes, places, moves."""

from __future__ import annotations

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig, income_bounds, size_shares
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.statistics import (
    Judgement,
    NotJudged,
    Rows,
    Statistic,
    Tally,
    added,
    compare_rate,
    compare_shares,
)
from idgraph_widgets.quality.targets import CROSS, default_sizes, is_default, shares_statistic

FAMILY = """case when household_type = 'married_couple' then 'married'
    when household_type in ('living_alone', 'nonfamily') or (household_type = 'cohabiting' and not has_children)
      then 'nonfamily'
    else 'other_family' end"""
"""SQL: family types of the Census Bureau that our household types tell apart."""


def tallies(_context: Context) -> list[Tally]:
    """Counts of homes by what they are, of moves and of places."""
    homes = "household_type, income_bracket, household_size, has_children"
    return [
        Tally("stat_homes", f"select {homes}, {FAMILY} as family, count(*) as n from {{households}} group by {homes}"),
        Tally(
            "stat_moves",
            "select 1 as moves, sum(homes) as n, sum(moved) as moved from ("
            "select 1 as homes, 0 as moved from {households} union all"
            " select 0 as homes, case when city is null then 0 else 1 end as moved from {household_moves}"
            ") m group by 1",
            sums=("n", "moved"),
        ),
        Tally(
            "stat_places",
            "select state, county_size_class, count(*) as n from {households} group by state, county_size_class",
        ),
    ]


def checks(context: Context) -> list[Statistic]:
    """Marginals always; published tables where the configuration leaves what they depend on at its default."""
    config = context.config
    return [*_homes(config), _moves(context), *_places(config)]


def _moves(context: Context) -> Statistic:
    years = (context.end_day - context.start_day) / 365.25
    rate = context.config.demographics_config.identity_mappings.moves_per_year

    def judge(rows: Rows) -> Judgement | NotJudged:
        moved, homes = (sum(row[name] for row in rows) for name in ("moved", "n"))
        return compare_rate(moved, homes * years, rate)

    return Statistic("statistics.moves", "As many homes move in a year as moves_per_year says.", "stat_moves", judge)


def _homes(config: GenerationConfig) -> list[Statistic]:
    hc = config.household_config
    found = [
        shares_statistic(
            "household_size",
            "Households by size follow the configured sizes.",
            "stat_homes",
            lambda row: row["household_size"],
            size_shares(hc),
        ),
        shares_statistic(
            "income_bracket",
            "Households by income follow income_brackets.",
            "stat_homes",
            lambda row: row["income_bracket"],
            dict(hc.income_brackets),
        ),
    ]
    if default_sizes(config):
        published = {row["category"]: row["share_of_households"] for row in reference.facts("household_type")}
        alone = size_shares(hc)[1]
        lone_parents = (
            published["male_no_partner_with_own_children_u18"] + published["female_no_partner_with_own_children_u18"]
        )
        target = {
            "married_couple": published["married_couple"],
            "cohabiting": published["cohabiting_couple"],
            "living_alone": alone,
            "single_parent": lone_parents,
        }
        target["other"] = 1 - sum(target.values())
        found.append(
            shares_statistic(
                "household_type",
                "Households by type follow the American Community Survey; living alone follows the sizes.",
                "stat_homes",
                lambda row: row["household_type"] if row["household_type"] in target else "other",
                target,
                "household_type.csv",
            )
        )
        with_children = sum(
            row["share_of_households"]
            for row in reference.facts("household_type")
            if row["category"].endswith("with_own_children_u18")
        )

        def children(rows: Rows) -> Judgement | NotJudged:
            own = sum(row["n"] for row in rows if row["has_children"])
            return compare_rate(own, sum(row["n"] for row in rows), with_children)

        found.append(
            Statistic(
                "statistics.own_children",
                "Households with own children under 18 are as many as in the American Community Survey.",
                "stat_homes",
                children,
                "household_type.csv",
            )
        )
    if default_sizes(config) and is_default(config, "household_config.income_brackets"):
        found.append(_income_by_type(config))
    return found


def _income_by_type(config: GenerationConfig) -> Statistic:
    bounds = income_bounds(config.household_config)
    label_of = {"married": "married_couple_families", "nonfamily": "nonfamily_households"}

    def judge(rows: Rows) -> Judgement | NotJudged:
        counts = added(rows, lambda row: (row["family"], row["income_bracket"]))
        totals = added(rows, lambda row: row["family"])
        target = {}
        for kind, name in label_of.items():
            for label, low, high in bounds:
                target[kind, label] = totals.get(kind, 0) * _published_mass(name, low, high)
        kept = {key: n for key, n in counts.items() if key[0] in label_of}
        return compare_shares(kept, target, CROSS)

    return Statistic(
        "statistics.income_by_type",
        "Income of married couples and of nonfamily households follows ACS table S1901.",
        "stat_homes",
        judge,
        "household_income.csv",
    )


def _published_mass(household_type: str, low: float, high: float | None) -> float:
    """Share of a household type between two incomes, its published brackets interpolated."""
    found = 0.0
    for row in reference.facts("household_income"):
        if row["household_type"] != household_type or row["scheme"] != "published_10":
            continue
        start, end = row["income_from"], row["income_to_exclusive"]
        if end is None:
            found += row["share"] if high is None else 0.0
            continue
        inside = max(0.0, min(end, high if high is not None else end) - max(start, low))
        found += row["share"] * inside / (end - start)
    return found


def _places(config: GenerationConfig) -> list[Statistic]:
    of_states = config.household_config.location_distribution
    columns = {
        "1m_plus": "hh_pct_county_1m_plus",
        "250k_1m": "hh_pct_county_250k_1m",
        "50k_250k": "hh_pct_county_50k_250k",
        "under_50k": "hh_pct_county_lt50k",
    }
    rows = {row["state"]: row for row in reference.state_shares()}
    counties: dict[str, float] = {}
    for state, share in of_states.items():
        for label, column in columns.items():
            counties[label] = counties.get(label, 0.0) + share * rows[state][column]
    return [
        shares_statistic(
            "state",
            "Households by state follow location_distribution.",
            "stat_places",
            lambda row: row["state"],
            dict(of_states),
        ),
        shares_statistic(
            "county_size_class",
            "Households by size of county follow the states' own shares.",
            "stat_places",
            lambda row: row["county_size_class"],
            counties,
            "state_shares.csv",
            # A state's counties are its some dozens of cities, each in one class.
            slack=0.05,
        ),
    ]
