"""Attributes that go together: the ratio or difference that published figures give, and the one that is found."""

from __future__ import annotations

from collections.abc import Callable

from idgraph_widgets import reference
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.statistics import Book, Correlation, Rows, added, median_of
from idgraph_widgets.quality.statistics_people import EDUCATION_BANDS, INCOME_BIN
from idgraph_widgets.quality.targets import band_of

_A1 = "CPS ASEC 2023, table A-1 (memory)"
_ATUS = "media_time_by_age.csv"


def correlations(context: Context, book: Book) -> list[Correlation]:
    """Every line whose both sides have rows; empty where statistics were not asked for."""
    lines = [
        *_incomes(book),
        *_education(book),
        *_parents(book),
        *_devices(context, book),
        *_apple(context, book),
        *_habits(book),
    ]
    return [line for line in lines if line is not None]


def _incomes(book: Book) -> list[Correlation | None]:
    """Medians of household income."""
    rows = book.rows("stat_incomes")
    adults = [row for row in rows if row["band"] != "15-24"]
    medians = {row["state"]: row["median_hh_income_2024"] for row in reference.state_shares()}
    ranked = sorted(medians, key=lambda state: medians[state])
    poor, rich = set(ranked[:10]), set(ranked[-10:])
    wanted = _mean(medians, rich) / _mean(medians, poor)

    def ratio(name, sentence, source, wanted, rows, top: Callable, bottom: Callable):
        above, below = ([row for row in rows if keep(row)] for keep in (top, bottom))
        if min(_people(above), _people(below)) < 30:
            return None
        found = _median(above) / _median(below)
        return Correlation(name, sentence, source, wanted, found, 1.0, int(_people(above) + _people(below)))

    return [
        ratio(
            "income_education",
            "Median income where the householder has a bachelor's degree or more, over high school only",
            "Census Bureau on CPS ASEC 2025: 132.7 and 58.4 thousand USD (seen)",
            132.7 / 58.4,
            adults,
            lambda row: row["education"] == "degree",
            lambda row: row["education"] == "high_school",
        ),
        ratio(
            "income_employment",
            "Median income where a householder of 25 to 64 works, over those who do not",
            "no figure found; design",
            1.9,
            [row for row in adults if row["band"] != "65+"],
            lambda row: row["works"],
            lambda row: not row["works"],
        ),
        ratio(
            "income_age",
            "Median income of householders of 45 to 54 over those of 65 and more",
            _A1,
            110.7 / 54.7,
            rows,
            lambda row: row["band"] == "45-54",
            lambda row: row["band"] == "65+",
        ),
        ratio(
            "income_type",
            "Median income of married couples over nonfamily households",
            "household_income.csv",
            122.5 / 49.9,
            rows,
            lambda row: row["family"] == "married",
            lambda row: row["family"] == "nonfamily",
        ),
        ratio(
            "income_state",
            "Median income in the ten richest states over the ten poorest",
            "state_shares.csv",
            wanted,
            book.rows("stat_state_incomes"),
            lambda row: row["state"] in rich,
            lambda row: row["state"] in poor,
        ),
    ]


def _education(book: Book) -> list[Correlation | None]:
    rows = [row for row in book.rows("stat_people") if row["age"] >= 25]
    degree = ("bachelors", "graduate")
    published = {
        (row["age_band"], row["level"]): row["share"] for row in reference.facts("education") if row["sex"] == "both"
    }
    ratios = {
        row["education_25plus"]: row["employment_population_ratio_pct"]
        for row in reference.facts("employment_by_education")
    }

    def share(keep: Callable, hit: Callable) -> float | None:
        kept = [row for row in rows if keep(row)]
        return _people([row for row in kept if hit(row)]) / _people(kept) if _people(kept) >= 30 else None

    def has_degree(row):
        return row["education"] in degree

    def works(row):
        return row["employment_status"].startswith("employed")

    young, old = (
        share(lambda row, band=band: band_of(row["age"], EDUCATION_BANDS) == band, has_degree)
        for band in ("25-34", "65+")
    )
    high, low = share(has_degree, works), share(lambda row: row["education"] == "high_school", works)
    levels = "bachelors_or_higher"
    return [
        None
        if young is None or old is None
        else Correlation(
            "education_age",
            "Share with a bachelor's degree or more at 25 to 34, less that at 65 and more",
            "education.csv",
            published["25-34", levels] - published["65+", levels],
            young - old,
            0.0,
            int(_people(rows)),
        ),
        None
        if not high or not low
        else Correlation(
            "employment_education",
            "Share at work of those with a bachelor's degree or more, over high school only, 25 and over",
            "employment_by_education.csv",
            ratios["bachelors_or_higher"] / ratios["high_school_graduate"],
            high / low,
            1.0,
            int(_people(rows)),
        ),
    ]


def _parents(book: Book) -> list[Correlation | None]:
    """Work of mothers and fathers of young children."""
    rows = book.rows("stat_parents")
    found = []
    for sex, name, wanted in (("female", "Mothers", 66 / 77), ("male", "Fathers", 92 / 85)):
        own = [row for row in rows if row["gender"] == sex]
        parts = [[row for row in own if row["with_young"] == flag] for flag in (True, False)]
        if min(_people(part) for part in parts) < 30:
            continue
        shares = [
            _people([row for row in part if row["employment_status"].startswith("employed")]) / _people(part)
            for part in parts
        ]
        if not shares[1]:
            continue
        found.append(
            Correlation(
                f"work_{name.lower()}",
                f"{name} of 25 to 54 with a child under 6 at work, over others of their sex",
                "BLS, CPS 2023 and 2024: about 66 and 77, 92 and 85 % (memory)",
                wanted,
                shares[0] / shares[1],
                1.0,
                int(_people(own)),
            )
        )
    return found


def _devices(context: Context, book: Book) -> list[Correlation | None]:
    """Who is seen with a mobile device: capture does not ask for age or income."""
    rows = [row for row in book.rows("stat_phones") if row["age"] >= 18]
    owned = context.config.demographics_config.identity_mappings.smartphone_ownership

    def line(name, sentence, source, wanted, top: Callable, bottom: Callable):
        above, below = ([row for row in rows if keep(row)] for keep in (top, bottom))
        if min(_people(above), _people(below)) < 30 or not sum(row["seen"] for row in below):
            return None
        first, second = (sum(row["seen"] for row in kept) / _people(kept) for kept in (above, below))
        return Correlation(name, sentence, source, wanted, first / second, 1.0, int(_people(above) + _people(below)))

    by_age = None
    if owned["30-49"] and owned["65+"]:
        by_age = line(
            "devices_age",
            "People of 65 and more seen with a mobile device, over those of 30 to 49",
            "smartphone_ownership",
            owned["65+"] / owned["30-49"],
            lambda row: row["age"] >= 65,
            lambda row: 30 <= row["age"] < 50,
        )
    return [
        by_age,
        line(
            "devices_income",
            "Adults in homes under 30,000 USD seen with a mobile device, over all adults",
            "Pew Research Center 2025: 82 and 91 % (seen-2)",
            0.82 / 0.91,
            lambda row: row["low_income"],
            lambda _row: True,
        ),
    ]


def _apple(context: Context, book: Book) -> list[Correlation | None]:
    """Phones seen: more of Apple's among the young and the rich."""
    if not 0 < context.config.demographics_config.identity_mappings.ios_share < 1:
        return []
    rows = book.rows("stat_apple")

    def share(column: str, value: str) -> float | None:
        own = [row for row in rows if row[column] == value]
        apples = [row for row in own if row["platform"] == "ios"]
        return _people(apples) / _people(own) if _people(own) >= 100 and apples else None

    found = []
    for name, column, more, less, words in (
        ("apple_age", "age", "young", "old", "of 18 to 29, over 65 and more"),
        ("apple_income", "income", "rich", "poor", "in homes from 100,000 USD, over those under 30,000"),
    ):
        high, low = share(column, more), share(column, less)
        if high and low:
            claim = f"Share of iOS among identifiers of phones of people {words}"
            source, n = "no figure found that fits; design", int(_people(rows))
            found.append(Correlation(name, claim, source, 1.6, high / low, 1.0, n))
    return found


def _habits(book: Book) -> list[Correlation | None]:
    """Taste and hours by age, gender and work."""
    hours = {row["group"]: row for row in reference.facts("media_time_by_age")}
    people = [row for row in book.rows("stat_people") if row["age"] >= 18]
    events = [row for row in book.rows("stat_hours") if row["age"] != "under 18"]
    tv = [row for row in events if row["kind"] == "tv"]
    gaming = book.rows("stat_taste")

    def per_person(name, sentence, wanted, of: Rows, top: tuple, bottom: tuple):
        rates = []
        for events_of, people_of in (top, bottom):
            counted = _people([row for row in people if people_of(row)])
            rates.append(_people([row for row in of if events_of(row)]) / counted if counted >= 30 else 0.0)
        if not all(rates):
            return None
        return Correlation(name, sentence, _ATUS, wanted, rates[0] / rates[1], 1.0, int(_people(of)))

    def taste(name, sentence, source, wanted, category, top: Callable, bottom: Callable):
        shares = []
        for keep in (top, bottom):
            counts = added([row for row in gaming if keep(row)], lambda row: row["content_category"])
            total = sum(counts.values())
            shares.append(counts.get(category, 0) / total if total >= 100 else 0.0)
        if not all(shares):
            return None
        return Correlation(name, sentence, source, wanted, shares[0] / shares[1], 1.0, int(_people(gaming)))

    def employed(row):
        return row["employment_status"].startswith("employed")

    old = (lambda row: row["age"] == "65+", lambda row: row["age"] >= 65)
    middle = (lambda row: row["age"] == "25-44", lambda row: 25 <= row["age"] < 45)
    idle = (lambda row: not row["employed"], lambda row: not employed(row))
    busy = (lambda row: row["employed"], employed)
    watched = {group: hours[group]["tv_hours"] for group in hours}
    played = {group: hours[group]["games_computer_hours"] for group in hours}
    aged = (watched["65-74"] + watched["75+"]) / (watched["25-34"] + watched["35-44"])
    return [
        per_person("tv_age", "TV engagements per person of 65 and more, over 25 to 44", aged, tv, old, middle),
        per_person(
            "tv_employment",
            "TV engagements per adult without work, over those at work",
            watched["not_employed"] / watched["employed"],
            tv,
            idle,
            busy,
        ),
        _weekday_hours(tv),
        taste(
            "gaming_gender",
            "Share of video gaming in what men and boys do, over women and girls",
            _ATUS,
            played["men"] / played["women"],
            "Video Gaming",
            lambda row: row["male"],
            lambda row: not row["male"],
        ),
        taste(
            "gaming_age",
            "Share of video gaming at 18 to 24, over 65 and more",
            _ATUS,
            played["20-24"] / ((played["65-74"] + played["75+"]) / 2),
            "Video Gaming",
            lambda row: row["age"] == "18-24",
            lambda row: row["age"] == "65+",
        ),
        taste(
            "sports_gender",
            "Share of sports in what men and boys read and watch, over women and girls",
            "no figure found; design",
            2.0,
            "Sports",
            lambda row: row["male"],
            lambda row: not row["male"],
        ),
    ]


def _weekday_hours(tv: Rows) -> Correlation | None:
    """People at work watch less of their TV from 9 to 17 on weekdays."""
    shares = []
    for works in (False, True):
        kept = [row for row in tv if row["employed"] == works and row["weekday"] < 5]
        day = _people([row for row in kept if 9 <= row["hour"] < 17])
        shares.append(day / _people(kept) if _people(kept) >= 100 else 0.0)
    if not all(shares):
        return None
    return Correlation(
        "daypart_employment",
        "Share of weekday TV between 9 and 17 of adults without work, over those at work",
        "no figure found; design",
        1.5,
        shares[0] / shares[1],
        1.0,
        int(_people(tv)),
    )


def _people(rows: Rows) -> float:
    return sum(row["n"] for row in rows)


def _median(rows: Rows) -> float:
    return median_of(added(rows, lambda row: row["bin"]), INCOME_BIN)


def _mean(values: dict, names: set) -> float:
    return sum(values[name] for name in names) / len(names)
