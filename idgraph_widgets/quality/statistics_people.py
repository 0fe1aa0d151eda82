"""Statistical checks of people: configured marginals, and the published cross tables."""

from __future__ import annotations

from collections.abc import Callable

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
    compare_rate,
    compare_shares,
)
from idgraph_widgets.quality.statistics_homes import FAMILY
from idgraph_widgets.quality.targets import CROSS, band_of, default_sizes, is_default, shares_statistic

INCOME_BIN = 2_500
"""USD; width of the bins that medians are interpolated in."""

_ARRANGEMENT = """case when h.household_size = 1 then 'living_alone'
    when i.role = 'spouse' or (i.role = 'householder' and h.household_type = 'married_couple')
      then 'living_with_spouse'
    when i.role = 'partner' or (i.role = 'householder' and h.household_type = 'cohabiting')
      then 'living_with_partner'
    when i.role = 'child' then 'child_of_householder'
    when h.household_type = 'nonfamily' then 'living_with_nonrelatives'
    when i.role = 'roommate' then 'living_with_nonrelatives'
    else 'living_with_other_relatives' end"""

_LIVING_BANDS = ((18, "18-24"), (25, "25-34"), (35, "35-64"), (65, "65-74"), (75, "75+"))
EDUCATION_BANDS = ((25, "25-34"), (35, "35-44"), (45, "45-64"), (65, "65+"))


def tallies(_context: Context) -> list[Tally]:
    """Counts of people, living arrangements, couples and incomes."""
    people = "age, gender, education, employment_status"
    return [
        Tally(
            "stat_people",
            f"select {people}, count(*) as n, sum(case when email_opt_in then 1 else 0 end) as opted_in,"
            " sum(case when ad_tracking_allowed then 1 else 0 end) as tracked"
            f" from {{individuals}} group by {people}",
            sums=("n", "opted_in", "tracked"),
        ),
        Tally(
            "stat_living",
            f"select i.age, i.gender, {_ARRANGEMENT} as arrangement, count(*) as n"
            " from {individuals} i join {households} h on i.household_id = h.household_id"
            " where i.age >= 18 group by 1, 2, 3",
        ),
        Tally(
            "stat_couples",
            "select case when a.gender = 'male' then a.age - b.age else b.age - a.age end as gap,"
            " count(*) as n from {individuals} a join {individuals} b on a.household_id = b.household_id"
            " where a.role = 'householder' and b.role = 'spouse'"
            " and ((a.gender = 'male' and b.gender = 'female') or (a.gender = 'female' and b.gender = 'male'))"
            " group by 1",
        ),
        Tally(
            "stat_incomes",
            f"select {_band('i.age', INCOME_AGES)} as band,"
            " case when i.education in ('bachelors', 'graduate') then 'degree'"
            " when i.education = 'high_school' then 'high_school' else 'other' end as education,"
            " i.employment_status like 'employed%' as works,"
            f" {FAMILY} as family,"
            f" least(h.annual_income, 400000) div {INCOME_BIN} as bin, count(*) as n"
            " from {households} h join {individuals} i on h.household_id = i.household_id"
            " where i.role = 'householder' group by 1, 2, 3, 4, 5",
        ),
        Tally(
            "stat_state_incomes",
            f"select state, least(annual_income, 400000) div {INCOME_BIN} as bin, count(*) as n"
            " from {households} group by 1, 2",
        ),
    ]


INCOME_AGES = ((0, "15-24"), (25, "25-34"), (35, "35-44"), (45, "45-54"), (55, "55-64"), (65, "65+"))


def _band(column: str, bands) -> str:
    """SQL: the label of the band an age falls in."""
    cases = " ".join(f"when {column} >= {low} then '{label}'" for low, label in reversed(bands))
    return f"case {cases} end"


def checks(context: Context) -> list[Statistic]:
    """Marginals always; published tables where the configuration leaves what they depend on at its default."""
    config = context.config
    return [*_marginals(config), *_published(config), *_couples(config)]


def _marginals(config: GenerationConfig) -> list[Statistic]:
    dc, identity = config.demographics_config, config.demographics_config.identity_mappings
    allowed = identity.ios_share * identity.att_shares.get("authorized", 0.0)
    allowed += (1 - identity.ios_share) * (1 - identity.android_opt_out_share)

    def rate(column: str, youngest: int, target: float):
        def judge(rows: Rows) -> Judgement | NotJudged:
            kept = [row for row in rows if row["age"] >= youngest]
            return compare_rate(sum(row[column] for row in kept), sum(row["n"] for row in kept), target)

        return judge

    return [
        shares_statistic(
            "gender",
            "People by gender follow gender_distribution.",
            "stat_people",
            lambda row: row["gender"],
            dict(dc.gender_distribution),
        ),
        shares_statistic(
            "education",
            "People aged 25 and over by education follow education_distribution.",
            "stat_people",
            lambda row: row["education"] if row["age"] >= 25 else None,
            dict(dc.education_distribution),
        ),
        shares_statistic(
            "employment",
            "People aged 16 and over by employment follow employment_distribution.",
            "stat_people",
            lambda row: row["employment_status"] if row["age"] >= 16 else None,
            dict(dc.employment_distribution),
        ),
        Statistic(
            "statistics.email_opt_in",
            "Adults who accept marketing e-mail are as many as configured.",
            "stat_people",
            rate("opted_in", 18, identity.email_opt_in_share),
        ),
        Statistic(
            "statistics.ad_tracking_allowed",
            "People from 13 who allow ad tracking are as many as ios_share, att_shares and android_opt_out_share give.",
            "stat_people",
            rate("tracked", 13, allowed),
        ),
    ]


def _published(config: GenerationConfig) -> list[Statistic]:
    """Age, and what goes with age, where ages are the default ones."""
    if not default_sizes(config):
        return []
    partnered = ("living_with_spouse", "living_with_partner")
    found = [
        _age_sex(config),
        _step(
            "child",
            "The share of adults who live as a child changes little from one age to the next.",
            "stat_living",
            lambda row: row["arrangement"] == "child_of_householder",
        ),
        _step(
            "partnered",
            "The share of adults who live with a spouse or partner changes little from one age to the next.",
            "stat_living",
            lambda row: row["arrangement"] in partnered,
        ),
    ]
    if is_default(config, "demographics_config.education_distribution"):
        found.append(_education_by_age())
        found.append(
            _step(
                "degree",
                "The share of adults with a bachelor's degree changes little from one age to the next.",
                "stat_people",
                lambda row: row["education"] in ("bachelors", "graduate"),
            )
        )
    if is_default(config, "demographics_config.employment_distribution"):
        found.append(_employment_by_age())
    if is_default(config, "demographics_config.gender_distribution"):
        # Who lives with whom goes by sex: the table speaks of as many women and men as there are.
        found.append(_living())
    return found


LARGEST_STEP, STEP_SLACK = 0.06, 0.02
"""What a share may change between neighbouring ages, and the slack beyond chance: eight points at most."""


def _step(name: str, sentence: str, tally: str, hit: Callable[[dict], bool]) -> Statistic:
    """The largest step of a share between neighbouring ages from 18 to 60."""

    def judge(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if 18 <= row["age"] <= 60]
        people = added(kept, lambda row: row["age"])
        hits = added([row for row in kept if hit(row)], lambda row: row["age"])
        if min((people.get(age, 0) for age in range(18, 61)), default=0) < 30:
            return NotJudged("there are fewer than 30 adults of some age")
        share = {age: hits.get(age, 0) / people[age] for age in people}
        age = max(range(18, 60), key=lambda age: abs(share[age + 1] - share[age]))
        variance = sum(max(share[a] * (1 - share[a]), 0.01) / people[a] for a in (age, age + 1))
        step = abs(share[age + 1] - share[age])
        return compare_most(step, LARGEST_STEP, STEP_SLACK, CERTAIN * variance**0.5, int(sum(people.values())))

    return Statistic(f"statistics.step_{name}", sentence, tally, judge, "no figure published; design")


def _age_sex(config: GenerationConfig) -> Statistic:
    bands = [(row["age_from"], row) for row in reference.facts("age_sex") if isinstance(row["age_from"], int)]
    bands = [(low, row) for low, row in bands if row["male"] and row["female"]]
    genders = config.demographics_config.gender_distribution
    plain = is_default(config, "demographics_config.gender_distribution")
    target = {}
    for low, row in bands:
        if plain:
            target.update({(low, sex): row[sex] * genders[sex] / _total(bands, sex) for sex in ("male", "female")})
        else:
            target[low, "all"] = row["male"] + row["female"]
    lows = sorted(low for low, _ in bands)

    def label(row: dict):
        low = max(low for low in lows if low <= row["age"])
        if not plain:
            return low, "all"
        return (low, row["gender"]) if row["gender"] in ("male", "female") else None

    return shares_statistic(
        "age_sex",
        "People by age band and sex follow the Census Bureau's population estimates.",
        "stat_people",
        label,
        target,
        "age_sex.csv",
    )


def _total(bands, sex: str) -> float:
    return sum(row[sex] for _, row in bands)


def education_level(education: str) -> str:
    """Three levels that education.csv has for every age band."""
    if education in ("bachelors", "graduate"):
        return "bachelors_or_higher"
    return "none" if education == "less_than_high_school" else "between"


def _education_by_age() -> Statistic:
    published = {
        (row["age_band"], row["level"]): row["share"] for row in reference.facts("education") if row["sex"] == "both"
    }

    def judge(rows: Rows) -> Judgement | NotJudged:
        adults = [row for row in rows if row["age"] >= 25]
        counts = added(adults, lambda row: (band_of(row["age"], EDUCATION_BANDS), education_level(row["education"])))
        totals = added(adults, lambda row: band_of(row["age"], EDUCATION_BANDS))
        target = {}
        for band, n in totals.items():
            high, some = published[band, "bachelors_or_higher"], published[band, "high_school_or_higher"]
            target[band, "bachelors_or_higher"] = n * high
            target[band, "between"] = n * (some - high)
            target[band, "none"] = n * (1 - some)
        return compare_shares(counts, target, CROSS)

    return Statistic(
        "statistics.education_by_age",
        "Education by age follows ACS table S1501.",
        "stat_people",
        judge,
        "education.csv",
    )


def _employment_by_age() -> Statistic:
    facts = [r for r in reference.facts("employment") if r["sex"] == "both" and r["age_band"] != "16+"]
    rows_of = {row["age_band"]: row for row in facts}
    bands = [(int(str(band).replace("+", "-").split("-")[0]), band) for band in rows_of]

    def state(status: str) -> str:
        if status.startswith("employed"):
            return "employed_share"
        return "unemployed_share" if status == "unemployed" else "not_in_labor_force_share"

    def judge(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if row["age"] >= 16]
        counts = added(kept, lambda row: (band_of(row["age"], bands), state(row["employment_status"])))
        totals = added(kept, lambda row: band_of(row["age"], bands))
        names = ("employed_share", "unemployed_share", "not_in_labor_force_share")
        target = {(band, name): n * rows_of[band][name] for band, n in totals.items() for name in names}
        return compare_shares(counts, target, CROSS)

    return Statistic(
        "statistics.employment_by_age",
        "Employment by age follows the Current Population Survey of 2024.",
        "stat_people",
        judge,
        "employment.csv",
    )


def _living() -> Statistic:
    published = {
        (row["age_band"], row["sex"], row["arrangement"]): row["percent"]
        for row in reference.facts("living_arrangements")
    }

    def judge(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if row["gender"] in ("male", "female")]
        # The published table counts an adult child of 65 or more among the other relatives.
        kept = [{**row, "band": band_of(row["age"], _LIVING_BANDS)} for row in kept]
        counts = added(kept, lambda row: (row["band"], row["gender"], _arrangement(row, published)))
        totals = added(kept, lambda row: (row["band"], row["gender"]))
        target = {
            (band, sex, name): totals.get((band, sex), 0) * percent for (band, sex, name), percent in published.items()
        }
        return compare_shares(counts, target, CROSS)

    return Statistic(
        "statistics.living_arrangements",
        "With whom adults live, by age and sex, follows CPS table AD-3.",
        "stat_living",
        judge,
        "living_arrangements.csv",
    )


def _arrangement(row: dict, published: dict) -> str:
    known = (row["band"], row["gender"], row["arrangement"]) in published
    return row["arrangement"] if known else "living_with_other_relatives"


def _couples(config: GenerationConfig) -> list[Statistic]:
    if tuple(config.demographics_config.age_range) != (0, 100):
        return []

    def rate(keep: Callable[[int], bool], target: float):
        def judge(rows: Rows) -> Judgement | NotJudged:
            hits = sum(row["n"] for row in rows if keep(row["gap"]))
            return compare_rate(hits, sum(row["n"] for row in rows), target)

        return judge

    def mean(rows: Rows) -> Judgement | NotJudged:
        n = sum(row["n"] for row in rows)
        if n < 30:
            return NotJudged(f"{n:,} couples are too few for a mean")
        average = sum(row["n"] * row["gap"] for row in rows) / n
        variance = sum(row["n"] * (row["gap"] - average) ** 2 for row in rows) / n
        chance = 4 * (variance / n) ** 0.5 / 2.2
        return Judgement(2.2, average, abs(average / 2.2 - 1), 0.10 + chance, n, "relative", chance)

    source = "Pew Research Center 2024 on ACS 2022"
    within = [
        ("spouses_within_2_years", "Half of spouses are at most two years apart.", lambda g: abs(g) <= 2, 0.51),
        ("husband_3_older", "Husbands are three or more years older in 40 %.", lambda g: g >= 3, 0.40),
        ("wife_3_older", "Wives are three or more years older in 10 %.", lambda g: g <= -3, 0.10),
    ]
    return [
        Statistic(
            "statistics.spouse_gap", "Husbands are 2.2 years older than wives on average.", "stat_couples", mean, source
        ),
        *[
            Statistic(f"statistics.{name}", sentence, "stat_couples", rate(keep, target), source)
            for name, sentence, keep, target in within
        ],
    ]
