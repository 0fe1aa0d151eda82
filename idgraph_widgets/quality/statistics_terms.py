"""Statistical checks of what campaigns are set up with, and of the devices behind identifiers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from statistics import NormalDist

from idgraph_widgets.config import CampaignConfig
from idgraph_widgets.quality.baskets import usual_baskets
from idgraph_widgets.quality.budgets import expected_cents
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.sql import cents
from idgraph_widgets.quality.statistics import (
    Judgement,
    NotJudged,
    Rows,
    Statistic,
    Tally,
    added,
    compare_rate,
    compare_shares,
    unjudged,
)

_BINS = 5
"""Bins of what is drawn evenly between two bounds."""

_OBSERVED = (
    "only devices with an observed identifier are in the tables; consent and the life of cookies decide which, so these"
    " shares need not agree"
)


_LEAST_CENTS = 10
"""Cents that a campaign's plan must be worth for its factor to be judged."""


def tallies(context: Context) -> list[Tally]:
    """Counts of campaigns by their terms, purchases by fifth, identifiers by device."""
    basket = context.config.campaign_config.basket_value
    steps = " ".join(f"when usual * 100 <= {cent} then {i}" for i, cent in enumerate(_fifths(basket)))
    expected = expected_cents(context)
    # Budgets are whole cents: what is worth a few of them says nothing about its factor.
    factor = f"case when {expected} >= {_LEAST_CENTS} then {cents('budget_per_1000_households')} / ({expected}) end"
    known = "m.identifier_type in ('cookie', 'idfa', 'gaid') and not m.is_shared"
    return [
        Tally(
            "stat_terms",
            "select campaign_id, objective, cast(datediff(end_date, start_date) as bigint) as days,"
            f" cast(floor(100 * {factor} + 0.5) as bigint)"
            " as budget, 1 as n from {campaigns}",
        ),
        Tally(
            "stat_baskets",
            f"select case {steps} else 4 end as fifth, count(*) as n from ({usual_baskets()}) b group by 1",
        ),
        Tally(
            "stat_platforms",
            "select m.identifier_type, m.device_type, m.platform, m.browser, m.att_status, count(*) as n"
            " from {identity_mappings} m join {truth_identity} t on m.mapping_id = t.mapping_id"
            " where t.relation = 'owner' and m.device_id is not null group by 1, 2, 3, 4, 5",
        ),
        Tally(
            "stat_matches", f"select m.match_type, count(*) as n from {{identity_mappings}} m where {known} group by 1"
        ),
    ]


def checks(context: Context) -> list[Statistic]:
    """What is configured of campaigns and their buyers' baskets; devices, as far as they can be seen."""
    return [*_terms(context.config.campaign_config), *_devices(context)]


def _terms(cfg: CampaignConfig) -> list[Statistic]:
    def each(rows: Rows) -> Rows:
        # Every slice of households sees all campaigns, so a row is a campaign whatever its count.
        return [{**row, "n": 1} for row in rows]

    def objectives(rows: Rows) -> Judgement | NotJudged:
        return compare_shares(added(each(rows), lambda row: row["objective"]), cfg.objective_mix, 0.05)

    def even(column: str, low: int, high: int):
        edges = _edges(low, high)
        labels = [f"{a}" if b - a == 1 else f"{a}–{b - 1}" for a, b in itertools.pairwise(edges)]
        shares = {name: b - a for name, (a, b) in zip(labels, itertools.pairwise(edges))}

        def judge(rows: Rows) -> Judgement | NotJudged:
            return compare_shares(added(each(rows), lambda row: _bin(row[column], edges, labels)), shares, 0.05)

        return judge

    flight, budget = cfg.flight_days, {name: 100 * bound for name, bound in cfg.budget_factor.items()}
    limits = [f"{cent / 100:,.0f}" for cent in _fifths(cfg.basket_value)]
    names = [f"up to {limits[0]}", *(f"{a}–{b}" for a, b in itertools.pairwise(limits)), f"over {limits[-1]}"]

    def budgets(rows: Rows) -> Judgement | NotJudged:
        if budget["max"] - budget["min"] < 20:
            return NotJudged("budget_factor leaves hardly any range")
        planned = [row for row in rows if row["budget"] is not None]
        if not planned:
            return NotJudged("what can be delivered is worth a few cents only")
        return even("budget", round(budget["min"]), round(budget["max"]))(planned)

    def baskets(rows: Rows) -> Judgement | NotJudged:
        return compare_shares(added(rows, lambda row: names[row["fifth"]]), dict.fromkeys(names, 0.2), 0.03)

    return [
        Statistic("statistics.objective", "Campaigns by objective follow objective_mix.", "stat_terms", objectives),
        Statistic(
            "statistics.flight_days",
            "Flights are evenly as long as flight_days allows.",
            "stat_terms",
            even("days", int(flight["min"]), int(flight["max"])),
        ),
        Statistic(
            "statistics.budget",
            "Budgets over the cost of what can be delivered lie evenly within budget_factor (in hundredths).",
            "stat_terms",
            budgets,
        ),
        Statistic(
            "statistics.basket_value",
            "A fifth of purchases costs what each fifth of basket_value says, but for price level and income.",
            "stat_baskets",
            baskets,
        ),
    ]


def _edges(low: int, high: int) -> list[int]:
    """Edges of at most `_BINS` bins of the whole numbers low..high, the last one not included."""
    steps = min(_BINS, high + 1 - low)
    return [low + round(i * (high + 1 - low) / steps) for i in range(steps + 1)]


def _bin(value: int, edges: list[int], labels: list[str]) -> str:
    """The bin of a value; one outside all bins is a category of its own."""
    return next((name for name, end in zip(labels, edges[1:]) if edges[0] <= value < end), "outside")


def _fifths(basket: dict[str, float]) -> list[int]:
    """Upper ends of the first four fifths of the configured lognormal, in cents."""
    normal = NormalDist()
    # Exact cents, so that no engine compares a decimal with a double.
    return [round(100 * basket["median"] * math.exp(basket["sigma"] * normal.inv_cdf(q / 5))) for q in range(1, 5)]


def _devices(context: Context) -> list[Statistic]:
    identity = context.config.demographics_config.identity_mappings

    def platforms(rows: Rows, keep, column: str, target: dict) -> Judgement | NotJudged:
        return compare_shares(added([row for row in rows if keep(row)], lambda row: row[column]), target)

    def phone(row: dict) -> bool:
        return row["device_type"] == "mobile" and row["platform"] in ("ios", "android")

    def cookie(row: dict, devices: Iterable[str] = ()) -> bool:
        return row["identifier_type"] == "cookie" and (not devices or row["device_type"] in devices)

    phones = {"ios": identity.ios_share, "android": 1 - identity.ios_share}
    allowed = dict(identity.att_shares)

    def permissions(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if cookie(row) and row["platform"] == "ios"]
        counts = added(kept, lambda row: row["att_status"])
        # A phone has some two cookies, which have one answer.
        return compare_shares(counts, allowed, 0.02, sum(counts.values()) / 2 or None)

    def guessed(rows: Rows) -> Judgement | NotJudged:
        counts = added(rows, lambda row: row["match_type"])
        found = compare_rate(counts.get("probabilistic", 0), sum(counts.values()), identity.probabilistic_share)
        return unjudged(found, "a false link has the life of the row that it repeats")

    seen = [
        ("mobile_platform", "Phones by platform, beside ios_share.", phone, "platform", phones),
        (
            "desktop_platform",
            "Computers by platform, beside desktop_platform_shares.",
            lambda row: cookie(row, ("desktop",)),
            "platform",
            identity.desktop_platform_shares,
        ),
        ("browser", "Cookies by browser, beside browser_shares.", cookie, "browser", identity.browser_shares),
    ]
    return [
        *[
            Statistic(
                f"statistics.{name}",
                sentence,
                "stat_platforms",
                lambda rows, keep=keep, column=column, target=target: unjudged(
                    platforms(rows, keep, column, target), _OBSERVED
                ),
            )
            for name, sentence, keep, column, target in seen
        ],
        Statistic(
            "statistics.att_status",
            "Cookies on iOS by the phone's answer about tracking follow att_shares.",
            "stat_platforms",
            permissions,
        ),
        Statistic(
            "statistics.probabilistic",
            "Links found without a log-in, beside probabilistic_share.",
            "stat_matches",
            guessed,
        ),
    ]
