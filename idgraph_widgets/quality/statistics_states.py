"""Statistical checks of places: what states differ in as published, and ZIP3s as populous as they are."""

from __future__ import annotations

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.statistics import (
    CERTAIN,
    Judgement,
    NotJudged,
    Rows,
    Statistic,
    Tally,
    added,
    compare_most,
    compare_shares,
)
from idgraph_widgets.quality.targets import is_default

LARGEST = 20
"""States that are looked at: those with most households."""

APART = 0.03
"""How far a state's share may be from the published one, beyond chance."""

_SHARES = {
    "alone": ("stat_state_homes", "pct_living_alone_hh", 1.0, "people who live alone"),
    "married": ("stat_state_homes", "pct_married_couple_hh", 1.0, "married couples"),
    "old": ("stat_state_homes", "pct_hh_with_65plus", 1.0, "somebody of 65 or more"),
    # People of one home have their degrees together.
    "degree": ("stat_state_degrees", "pct_bachelors_plus_25plus", 1.5, "a bachelor's degree, from 25 on,"),
}
"""Per statistic its tally, the published column, the variance over that of independent rows, and words."""


def tallies(_context: Context) -> list[Tally]:
    """Counts of homes and degrees by state, of homes by ZIP3."""
    return [
        Tally(
            "stat_state_homes",
            "select h.state, count(*) as n,"
            " sum(case when h.household_type = 'living_alone' then 1 else 0 end) as alone,"
            " sum(case when h.household_type = 'married_couple' then 1 else 0 end) as married,"
            " sum(coalesce(o.old, 0)) as old from {households} h left join"
            " (select household_id, max(1) as old from {individuals} where age >= 65 group by household_id) o"
            " on h.household_id = o.household_id group by h.state",
            sums=("n", "alone", "married", "old"),
        ),
        Tally(
            "stat_state_degrees",
            "select h.state, count(*) as n,"
            " sum(case when i.education in ('bachelors', 'graduate') then 1 else 0 end) as degree"
            " from {individuals} i join {households} h on i.household_id = h.household_id"
            " where i.age >= 25 group by h.state",
            sums=("n", "degree"),
        ),
        Tally("stat_zip3", "select zip3, count(*) as n from {households} group by zip3"),
    ]


def checks(context: Context) -> list[Statistic]:
    """States' shares where what homes are made of has its default; ZIP3s always."""
    config, found = context.config, [_zip3(context.config)]
    homes = "household_config.size_distribution", "household_config.location_distribution"
    if not is_default(config, *homes, "demographics_config.age_range"):
        return found
    learnt = is_default(config, "demographics_config.education_distribution", "household_config.income_brackets")
    return [*found, *[_share(name) for name in _SHARES if learnt or name != "degree"]]


def _share(name: str) -> Statistic:
    tally, column, spread, words = _SHARES[name]
    facts = sorted(reference.state_shares(), key=lambda row: -row["households_2024"])[:LARGEST]
    published = {row["state"]: row[column] / 100 for row in facts}

    def judge(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if row["state"] in published and row["n"] >= 30]
        if not kept:
            return NotJudged("no state has thirty rows")
        worst, chance = max(
            (_apart(row[name], row["n"], published[row["state"]], spread) for row in kept),
            key=lambda found: found[0] - found[1],
        )
        return compare_most(worst, 0.0, APART, chance, int(sum(row["n"] for row in kept)))

    return Statistic(
        f"statistics.state_{name}",
        f"Shares of {words} in each of the {LARGEST} largest states are near the published ones.",
        tally,
        judge,
        "state_shares.csv",
    )


def _apart(hits: int, n: int, share: float, spread: float) -> tuple[float, float]:
    """Distance from the published share, and how far chance reaches."""
    return abs(hits / n - share), CERTAIN * (spread * share * (1 - share) / n) ** 0.5


def _zip3(config: GenerationConfig) -> Statistic:
    states: dict[str, int] = {}
    for row in reference.facts("zip3_centres"):
        states[row["state"]] = states.get(row["state"], 0) + row["people"]
    shares = config.household_config.location_distribution
    target = {
        row["zip3"]: shares.get(row["state"], 0.0) * row["people"] / states[row["state"]]
        for row in reference.facts("zip3_centres")
    }

    def judge(rows: Rows) -> Judgement | NotJudged:
        return compare_shares(added(rows, lambda row: row["zip3"]), target)

    return Statistic(
        "statistics.zip3",
        "Households by ZIP3 follow the people who live there, within the configured states.",
        "stat_zip3",
        judge,
        "zip3_centres.csv",
    )
