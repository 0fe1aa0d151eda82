"""Attributes that go together: partners by education, work by sex and children, what states differ in."""

from __future__ import annotations

from idgraph_widgets import reference
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.statistics import (
    CERTAIN,
    Judgement,
    NotJudged,
    Rows,
    Statistic,
    Tally,
    added,
    compare_least,
    compare_most,
    compare_shares,
)
from idgraph_widgets.quality.targets import band_of, is_default

DEGREES = ("bachelors", "graduate")

LOW, HIGH = 0.12, 0.60
"""Partners with a bachelor's degree: at most, where the householder did not finish high school; at least, where the
householder has a graduate degree."""

HOMEMAKERS_WITHIN = 0.25
"""How far the ratio of homemakers may be from the published one, relatively, beyond chance."""

MOTHERS = 0.08
"""Total variation allowed to mothers' ages at birth, beyond chance: some are partners of the father only."""

_LIVING = "(i.role in ('householder', 'spouse', 'partner') and coalesce(y.young, false))"


def tallies(_context: Context) -> list[Tally]:
    """Couples by education, people of 25 to 54 by work and young children, mothers by age."""
    return [
        Tally(
            "stat_partners",
            "select a.education as householder, b.education as partner, count(*) as n"
            " from {individuals} a join {individuals} b on a.household_id = b.household_id"
            " where a.role = 'householder' and b.role in ('spouse', 'partner') and a.age >= 25 and b.age >= 25"
            " group by 1, 2",
        ),
        Tally(
            "stat_parents",
            f"select i.gender, {_LIVING} as with_young, i.employment_status, count(*) as n from {{individuals}} i"
            " left join (select household_id, true as young from {individuals} where role = 'child' and age < 6"
            " group by household_id) y on i.household_id = y.household_id"
            " where i.age between 25 and 54 group by 1, 2, 3",
        ),
        Tally(
            "stat_mothers",
            "select m.age - c.age as at_birth, count(*) as n from {individuals} c join (select household_id,"
            " min(age) as age from {individuals} where role in ('householder', 'spouse', 'partner')"
            " and gender = 'female' group by household_id) m on c.household_id = m.household_id"
            " where c.role = 'child' and c.age < 18 group by 1",
        ),
    ]


def checks(context: Context) -> list[Statistic]:
    """Joint shares, where the settings they depend on have their defaults."""
    config, found = context.config, []
    homes = "household_config.size_distribution", "demographics_config.age_range"
    if is_default(config, "demographics_config.education_distribution", "household_config.income_brackets"):
        found += _partners()
    if is_default(config, *homes):
        found.append(_mothers())
    if is_default(
        config, *homes, "demographics_config.employment_distribution", "demographics_config.gender_distribution"
    ):
        found.append(_homemakers())
    return found


def _partners() -> list[Statistic]:
    def shares(rows: Rows, level: str) -> tuple[float, float]:
        of = [row for row in rows if row["householder"] == level]
        total = sum(row["n"] for row in of)
        return sum(row["n"] for row in of if row["partner"] in DEGREES), total

    def low(rows: Rows) -> Judgement | NotJudged:
        hits, total = shares(rows, "less_than_high_school")
        if total < 30:
            return NotJudged(f"{total:,.0f} couples are too few")
        chance = CERTAIN * (LOW * (1 - LOW) / total) ** 0.5
        return compare_most(hits / total, LOW, 0.0, chance, int(total))

    def high(rows: Rows) -> Judgement | NotJudged:
        hits, total = shares(rows, "graduate")
        if total < 30:
            return NotJudged(f"{total:,.0f} couples are too few")
        return compare_least(hits / total, HIGH - CERTAIN * (HIGH * (1 - HIGH) / total) ** 0.5, int(total))

    source = "no figure found that fits; design, in the direction of Schwartz and Mare 2005"
    return [
        Statistic(
            "statistics.partner_degree_low",
            "Few partners of householders without a high school diploma have a bachelor's degree.",
            "stat_partners",
            low,
            source,
        ),
        Statistic(
            "statistics.partner_degree_high",
            "Most partners of householders with a graduate degree have a bachelor's degree.",
            "stat_partners",
            high,
            source,
        ),
    ]


def _mothers() -> Statistic:
    bands = [(row["age_from"], row) for row in reference.facts("births_by_age")]
    target = {f"{low}-{row['age_to']}": row["share"] for low, row in bands}
    youngest = bands[0][0]

    def judge(rows: Rows) -> Judgement | NotJudged:
        named = [(low, f"{low}-{row['age_to']}") for low, row in bands]
        counts = added(rows, lambda row: band_of(row["at_birth"], named) if row["at_birth"] >= youngest else "younger")
        # Siblings have one mother.
        return compare_shares(counts, target, MOTHERS, sum(counts.values()) / 2)

    return Statistic(
        "statistics.mothers_age",
        "Ages at which women had the children who live with them follow the ages of mothers.",
        "stat_mothers",
        judge,
        "births_by_age.csv",
    )


def _homemakers() -> Statistic:
    row_of = next(row for row in reference.facts("home_care") if row["what"] == "homemakers_25_54")
    wanted = row_of["women"] / row_of["men"]

    def judge(rows: Rows) -> Judgement | NotJudged:
        people, home = (
            {
                sex: sum(row["n"] for row in rows if row["gender"] == sex and (not only or _at_home(row)))
                for sex in ("female", "male")
            }
            for only in (False, True)
        )
        if min(home.values()) < 30:
            return NotJudged("there are fewer than 30 homemakers of one sex")
        found = (home["female"] / people["female"]) / (home["male"] / people["male"])
        chance = CERTAIN * sum(1 / n for n in home.values()) ** 0.5
        off = abs(found / wanted - 1)
        return Judgement(wanted, found, off, HOMEMAKERS_WITHIN + chance, sum(home.values()), "relative", chance)

    return Statistic(
        "statistics.homemakers",
        "Women of 25 to 54 are homemakers so many times more often than men as published.",
        "stat_parents",
        judge,
        "home_care.csv",
    )


def _at_home(row: dict) -> bool:
    return row["employment_status"] == "homemaker"
