"""Configured against generated, for every configured distribution that the tables show."""

from __future__ import annotations

import itertools
import math
from statistics import NormalDist

import numpy as np

from idgraph_widgets import reference
from idgraph_widgets.config import size_shares
from idgraph_widgets.report.measures import cubes
from idgraph_widgets.report.measures.comparison import Comparison, compared, even_bins
from idgraph_widgets.report.measures.query import ask

GROUPS = ("households", "people", "identifiers", "engagement", "campaigns")

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_OBSERVED = (
    "Only devices with an observed identifier are in the tables; consent and cookie life decide which, so "
    "these shares need not agree."
)


def comparisons(dataset, groups=GROUPS) -> list[Comparison]:
    """Every configured distribution beside what was generated.

    Parameters
    ----------
    dataset : Dataset
    groups : collection of str
        Any of `GROUPS`.

    Returns
    -------
    list of Comparison
    """
    makers = {
        "households": _households,
        "people": _people,
        "identifiers": _identifiers,
        "engagement": _engagement,
        "campaigns": _campaigns,
    }
    return [found for group in GROUPS if group in groups for found in makers[group](dataset)]


def _households(dataset) -> list[Comparison]:
    config = dataset.config.household_config
    kinds, states = cubes.households_by_kind(dataset), cubes.households_by_state(dataset)
    about = {"group": "households", "unit": "households"}
    return [
        compared(
            kinds, "household_size", "households", size_shares(config),
            id="household_size", title="Household size", ordered=True, **about,
        ),
        compared(
            kinds, "income_bracket", "households", config.income_brackets,
            id="income_bracket", title="Income bracket (USD a year)", ordered=True, **about,
        ),
        compared(
            states, "state", "households", dict(sorted(config.location_distribution.items(), key=_largest)),
            id="state", title="State", **about,
        ),
    ]  # fmt: skip


def _people(dataset) -> list[Comparison]:
    config = dataset.config.demographics_config
    ages, status = cubes.people_by_age(dataset), cubes.people_by_status(dataset)
    about = {"group": "people", "unit": "people"}
    return [
        compared(ages, "gender", "people", config.gender_distribution, id="gender", title="Gender", **about),
        _pyramid(config, ages),
        compared(
            status[status.is_25],
            "education",
            "people",
            config.education_distribution,
            id="education",
            title="Education, ages 25 and over",
            ordered=True,
            **about,
        ),
        compared(
            status[status.is_16],
            "employment_status",
            "people",
            config.employment_distribution,
            id="employment",
            title="Employment, ages 16 and over",
            **about,
        ),
    ]


def _pyramid(config, ages) -> Comparison:
    """Age bands of five years by sex against the published pyramid, cut to the configured ages."""
    low, high = config.age_range
    rows = [row for row in reference.facts("age_single_year") if low <= row["age"] <= high]
    male, female = (config.gender_distribution.get(sex, 0.0) for sex in ("male", "female"))
    totals = {sex: sum(row[sex] for row in rows) or 1 for sex in ("male", "female")}
    shares: dict[str, float] = {}
    for row in rows:
        for sex, weight in (("male", male), ("female", female)):
            name = f"{sex} {_band(row['age'])}"
            shares[name] = shares.get(name, 0.0) + weight * row[sex] / totals[sex]
    known = ages[ages.gender.isin(["male", "female"])]
    known = known.assign(cell=known.gender + " " + known.age.map(_band))
    return compared(
        known,
        "cell",
        "people",
        shares,
        id="age_sex",
        group="people",
        title="Age and sex",
        unit="people of the two sexes",
        ordered=True,
        # Households are drawn whole, and the ages of a family depend on each other.
        per_unit=2.0,
    )


def _band(age: int) -> str:
    low = min(age, 85) // 5 * 5
    return "85+" if low == 85 else f"{low}–{low + 4}"


def _identifiers(dataset) -> list[Comparison]:
    identity = dataset.config.demographics_config.identity_mappings
    kinds = cubes.identifiers_by_kind(dataset)
    true = kinds[kinds.relation == "owner"]
    phones = true[true.device_type.isin(["mobile"]) & true.platform.isin(["ios", "android"])]
    cookies, tv = true[true.identifier_type == "cookie"], _tv_platforms(dataset)
    about = {"group": "identifiers"}
    return [
        compared(
            phones, "platform", "mappings", {"ios": identity.ios_share, "android": 1 - identity.ios_share},
            id="mobile_platform", title="Platform of phones", unit="phone identifiers", note=_OBSERVED,
            **about,
        ),
        compared(
            tv, "platform", "devices", identity.ctv_platform_shares,
            id="ctv_platform", title="Platform of connected TVs", unit="TVs seen", **about,
        ),
        compared(
            cookies[cookies.device_type == "desktop"], "platform", "mappings",
            identity.desktop_platform_shares, id="desktop_platform", title="Platform of computers",
            unit="computer cookies", note=_OBSERVED, **about,
        ),
        compared(
            cookies, "browser", "mappings", identity.browser_shares,
            id="browser", title="Browser of cookies", unit="cookies", note=_OBSERVED, **about,
        ),
        compared(
            true[(true.platform == "ios") & (true.identifier_type == "cookie")], "att_status", "mappings",
            identity.att_shares,
            id="att_status", title="App tracking permission on iOS", unit="iOS cookies", ordered=True,
            per_unit=2.0, **about,
        ),
        compared(
            _email_domains(dataset), "domain", "mailboxes", identity.email_domain_shares,
            id="email_domain", title="E-mail domain", unit="mailboxes",
            # A mailbox with two spellings has two chances to be seen.
            moved=identity.email_variant_share / 2, moved_by="second spellings", **about,
        ),
    ]  # fmt: skip


def _tv_platforms(dataset):
    return ask(
        dataset,
        """select platform, count(distinct device_id) as devices from identity_mappings
        where identifier_type = 'ctv_id' and match_type = 'deterministic' group by platform""",
    )


def _email_domains(dataset):
    """Mailboxes by domain; other spellings of an address, with a tag or without dots, reach the same one."""
    box = "replace(substring_index(substring_index(identifier_value, '@', 1), '+', 1), '.', '')"
    domain = "substring_index(identifier_value, '@', -1)"
    return ask(
        dataset,
        f"""select {domain} as domain, count(distinct {box}) as mailboxes
        from identity_mappings where identifier_type = 'email' group by {domain}""",
    )


def _engagement(dataset) -> list[Comparison]:
    config = dataset.config.engagement_config
    kinds, hours = cubes.engagements_by_kind(dataset), cubes.engagements_by_hour(dataset)
    about = {"group": "engagement", "unit": "engagements", "per_unit": config.events_per_session}
    live = {"moved": config.live_event_share, "moved_by": "live events"}
    found = [
        compared(
            kinds, "content_category", "events", dict(sorted(config.category_weights.items(), key=_largest)),
            id="content_category", title="Content category", **about, **live,
        ),
        compared(
            kinds, "content_type", "events", config.content_type_weights,
            id="content_type", title="Content type", **about, **live,
        ),
    ]  # fmt: skip
    for kind, devices, weights in (
        ("TV", ["ctv"], config.tv_hour_weights),
        ("mobile", ["mobile", "tablet"], config.mobile_hour_weights),
        ("desktop", ["desktop"], config.desktop_hour_weights),
    ):
        found.append(
            compared(
                hours[hours.device_type.isin(devices)],
                "hour",
                "events",
                dict(enumerate(weights)),
                id=f"hours_{kind.lower()}",
                title=f"Local hour, {kind}",
                ordered=True,
                note="The configured curve is the average; young people are shifted an hour later, older "
                "ones earlier, and live events gather people in the evening.",
                **about,
            )
        )
    by_name = hours.assign(name=[WEEKDAYS[int(day)] for day in hours.weekday])
    found.append(
        compared(
            by_name,
            "name",
            "events",
            _weekdays(dataset.config),
            id="weekday",
            title="Local weekday",
            ordered=True,
            **about,
            **live,
        )
    )
    return found


def _weekdays(config) -> dict[str, float]:
    """Configured share of each weekday, weighted by how often it occurs in the window."""
    first, days = config.start_date.weekday(), (config.end_date - config.start_date).days
    occurs = [len(range((day - first) % 7, days, 7)) for day in range(7)]
    weights = config.engagement_config.weekday_weights
    return {WEEKDAYS[day]: weights[day] * occurs[day] for day in range(7)}


def _campaigns(dataset) -> list[Comparison]:
    config = dataset.config.campaign_config
    rows = cubes.campaign_rows(dataset).assign(campaigns=1)
    about = {"group": "campaigns", "unit": "campaigns"}
    flights = (rows.end_date.map(_days) - rows.start_date.map(_days)).tolist()
    low, high = config.flight_days["min"], config.flight_days["max"]
    labels, shares, counts = even_bins(flights, low, high, 5)
    least, most = (config.budget_per_1000_households[bound] for bound in ("min", "max"))
    budget = even_bins(rows.budget_per_1000_households.astype(float), math.floor(least), math.floor(most), 5)
    return [
        compared(rows, "channel", "campaigns", config.channel_mix, id="channel", title="Channel", **about),
        compared(rows, "objective", "campaigns", config.objective_mix, id="objective", title="Objective", **about),
        Comparison(
            "flight_days",
            title="Length of flight (days)",
            categories=labels,
            configured=shares,
            counts=counts,
            ordered=True,
            **about,
        ),
        Comparison(
            "budget",
            title="Budget (USD per 1 000 households)",
            categories=budget[0],
            configured=budget[1],
            counts=budget[2],
            ordered=True,
            **about,
        ),
        _baskets(dataset, config.basket_value),
    ]


def _baskets(dataset, basket: dict[str, float]) -> Comparison:
    """Purchases by fifth of the configured lognormal: a fifth of them belongs into each."""
    normal = NormalDist()
    limits = [basket["median"] * math.exp(basket["sigma"] * normal.inv_cdf(q / 5)) for q in range(1, 5)]
    # Exact cents, so that no engine compares a decimal with a double.
    cents = [round(100 * limit) for limit in limits]
    steps = " ".join(f"when revenue * 100 <= {cent} then {i}" for i, cent in enumerate(cents))
    found = ask(
        dataset,
        f"""select case {steps} else 4 end as fifth, count(*) as purchases from response_events
        where response_type = 'purchase' group by case {steps} else 4 end""",
    )
    counts = dict(zip(found.fifth.astype(int), found.purchases.astype(int)))
    dollars = [f"{limit:,.0f}" for limit in limits]
    labels = [f"up to {dollars[0]}", *[f"{a}–{b}" for a, b in itertools.pairwise(dollars)], f"over {dollars[-1]}"]
    return Comparison(
        "basket_value",
        "campaigns",
        "Value of a purchase (USD, fifths)",
        "purchases",
        tuple(labels),
        (0.2,) * 5,
        tuple(int(counts.get(i, 0)) for i in range(5)),
        ordered=True,
    )


def _days(value) -> int:
    """A date as days since 1970, whatever type the engine gave it."""
    return int(np.datetime64(value, "D").astype(int))


def _largest(item: tuple[str, float]) -> tuple[float, str]:
    return -item[1], item[0]
