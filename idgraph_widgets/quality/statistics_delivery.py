"""Statistical checks of delivery: what is seen and played where, budgets, who clicks, and how markets differ."""

from __future__ import annotations

import math
from collections.abc import Callable

from idgraph_widgets.config import CampaignConfig
from idgraph_widgets.config.placements import completion, viewability
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.sql import cents, micros
from idgraph_widgets.quality.statistics import CERTAIN, Judgement, NotJudged, Rows, Statistic, Tally, compare_rate
from idgraph_widgets.schema.campaigns import CHANNELS, COMPLETION_CHANNELS

_OFTEN = 10
"""Social impressions of people whose clicks are looked at."""

_SOCIAL_SPREAD = 1.5
"""Chi-square over its degrees of freedom that readiness to click gives at least, where people see so many."""

_SPENT = (0.6, 1.0)
"""Between which spend over budget lies in the middle campaign, by default."""

_EXPECTED = 12
"""Impressions of a campaign in a market, were all markets alike, from which on none tells a dark market, and how many
there are its weight."""

_LEAST_CELLS = 60


def tallies(context: Context) -> list[Tally]:
    """Impressions by placement and device, people by what they see and click, spend, impressions by market."""
    clicked = (
        " left join (select exposure_id, 1 as clicks from {response_events} where response_type = 'click') r"
        " on x.exposure_id = r.exposure_id"
    )
    return [
        Tally(
            "stat_placements",
            "select c.channel, x.placement, x.device_type, count(*) as n,"
            " sum(case when x.is_viewable then 1 else 0 end) as viewable,"
            " sum(case when x.completion_rate = 1 then 1 else 0 end) as complete,"
            " sum(coalesce(r.clicks, 0)) as clicks from {campaign_exposures} x"
            f" join {{campaigns}} c on x.campaign_id = c.campaign_id{clicked} group by 1, 2, 3",
            sums=("n", "viewable", "complete", "clicks"),
        ),
        Tally(
            "stat_social",
            "select seen, clicks, count(*) as n from (select x.individual_id, count(*) as seen,"
            " sum(coalesce(r.clicks, 0)) as clicks from {campaign_exposures} x"
            f" join {{campaigns}} c on x.campaign_id = c.campaign_id{clicked} where c.channel = 'social'"
            f" group by x.individual_id having count(*) >= {_OFTEN}) p group by 1, 2",
        ),
        Tally(
            "stat_spend",
            f"select c.campaign_id, {cents('c.budget')} * 10000 as budget, sum({micros('x.cost')}) as spent"
            " from {campaigns} c join {campaign_exposures} x on c.campaign_id = x.campaign_id"
            f" where unix_date(c.end_date) <= {context.end_day} group by 1, 2",
            sums=("spent",),
        ),
        Tally(
            "stat_markets",
            "select m.campaign_id, m.market_code, m.members, coalesce(x.n, 0) as n from"
            " (select c.campaign_id, h.market_code, count(*) as members from {campaigns} c"
            "  join {audience_attributes} a on c.target_segment_id = a.segment_id"
            "  join {individuals} i on a.individual_id = i.individual_id"
            "  join {households} h on i.household_id = h.household_id"
            "  where c.channel <> 'email' and c.channel <> 'search' group by 1, 2) m left join"
            " (select x.campaign_id, h.market_code, count(*) as n from {campaign_exposures} x"
            "  join {households} h on x.household_id = h.household_id group by 1, 2) x"
            " on m.campaign_id = x.campaign_id and m.market_code = x.market_code",
            sums=("members", "n"),
        ),
    ]


def checks(context: Context) -> list[Statistic]:
    """What the configuration and the published benchmarks say of delivery."""
    cfg = context.config.campaign_config
    return [*_seen(cfg), _search(), _social(cfg), _spend(cfg), *_markets(cfg)]


def _seen(cfg: CampaignConfig) -> list[Statistic]:
    """Viewability and completion per channel: each placement and device has its own."""

    def judged(channel: str, column: str, rate: Callable, usual: float):
        def judge(rows: Rows) -> Judgement | NotJudged:
            kept = [row for row in rows if row["channel"] == channel]
            total = sum(row["n"] for row in kept)
            expected = sum(row["n"] * rate(usual, channel, row["placement"], row["device_type"]) for row in kept)
            return compare_rate(sum(row[column] for row in kept), total, expected / max(1, total))

        return judge

    found = []
    for channel in CHANNELS:
        named = [("viewable", "Impressions are viewable", viewability, cfg.viewability.get(channel, 1.0))]
        if channel in COMPLETION_CHANNELS:
            usual = cfg.completion_rates.get(channel, 1.0)
            named.append(("complete", "Impressions play to the end", completion, usual))
        for column, sentence, rate, usual in named:
            found.append(
                Statistic(
                    f"statistics.{column}_{channel}",
                    f"{sentence} at the configured rate on {channel}, by placement and device.",
                    "stat_placements",
                    judged(channel, column, rate, usual),
                    "configuration, channel_benchmarks.csv",
                )
            )
    return found


def _search() -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        clicks, shown = {}, {}
        for row in rows:
            clicks[row["placement"]] = clicks.get(row["placement"], 0) + row["clicks"]
            shown[row["placement"]] = shown.get(row["placement"], 0) + row["n"]
        top, bottom = (clicks.get(name, 0) for name in ("search_top", "search_bottom"))
        if min(top, bottom) < 10:
            return NotJudged("fewer than 10 clicks are on one of the two")
        ratio = top / shown["search_top"] / (bottom / shown["search_bottom"])
        chance = ratio * CERTAIN * math.sqrt(1 / top + 1 / bottom)
        return Judgement(2.0, ratio, max(0.0, 2.0 - ratio), chance, int(top + bottom), "at least", chance)

    return Statistic(
        "statistics.search_top",
        "Ads on top of search results are clicked at least twice as often as those at the bottom.",
        "stat_placements",
        judge,
        "design",
    )


def _social(cfg: CampaignConfig) -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        if cfg.click_readiness_sigma < 1.2:
            return NotJudged("click_readiness_sigma is below its default")
        people = sum(row["n"] for row in rows)
        seen, clicks = (sum(row[name] * row["n"] for row in rows) for name in ("seen", "clicks"))
        if clicks < 100:
            return NotJudged(f"people with {_OFTEN} or more social impressions have fewer than 100 clicks")
        rate = clicks / seen
        terms = [
            ((row["clicks"] - row["seen"] * rate) ** 2 / (row["seen"] * rate * (1 - rate)), row["n"]) for row in rows
        ]
        found = sum(term * n for term, n in terms) / (people - 1)
        chance = 3 * math.sqrt(sum((term - found) ** 2 * n for term, n in terms)) / people
        off = max(0.0, _SOCIAL_SPREAD - found)
        return Judgement(_SOCIAL_SPREAD, found, off, chance, int(people), "at least", chance)

    return Statistic(
        "statistics.social_clicks",
        "Clicks of people with 10 or more social impressions vary by chi-square over its degrees of freedom, because"
        " some click often and most hardly ever.",
        "stat_social",
        judge,
        "click_readiness_sigma",
    )


def _spend(cfg: CampaignConfig) -> Statistic:
    low, high = _SPENT

    def judge(rows: Rows) -> Judgement | NotJudged:
        if cfg.budget_factor["max"] > 2 or cfg.budget_factor["min"] < 0.3:
            return NotJudged("budget_factor leaves budgets far from what can be delivered")
        shares = sorted(row["spent"] / row["budget"] for row in rows if row["budget"])
        if len(shares) < 8:
            return NotJudged("fewer than 8 flights ended inside the window")
        half = len(shares) // 2
        median, middle = shares[half], (low + high) / 2
        # In another sample of as many flights the middle one would be at most so many places away.
        places = math.ceil(CERTAIN * math.sqrt(len(shares)) / 2)
        chance = (shares[min(half + places, len(shares) - 1)] - shares[max(half - places, 0)]) / 2
        slack = (high - low) / 2
        return Judgement(middle, median, abs(median - middle), slack + chance, len(shares), "absolute", chance)

    return Statistic(
        "statistics.spend",
        "Of flights that ended inside the window, the middle one spent .6 to 1 of its budget.",
        "stat_spend",
        judge,
        "budget_factor",
    )


def _markets(cfg: CampaignConfig) -> list[Statistic]:
    """Where campaigns do not run, and how unevenly they run elsewhere."""

    def cells(rows: Rows) -> list[tuple[float, float]]:
        """Impressions and those expected were all markets alike, of campaigns and markets with enough of the latter."""
        members: dict = {}
        shown: dict = {}
        for row in rows:
            members[row["campaign_id"]] = members.get(row["campaign_id"], 0) + row["members"]
            shown[row["campaign_id"]] = shown.get(row["campaign_id"], 0) + row["n"]
        found = []
        for row in rows:
            expected = row["members"] * shown[row["campaign_id"]] / max(1, members[row["campaign_id"]])
            if expected >= _EXPECTED:
                found.append((row["n"], expected))
        return found

    def dark(rows: Rows) -> Judgement | NotJudged:
        found = cells(rows)
        if len(found) < _LEAST_CELLS:
            return NotJudged(f"fewer than {_LEAST_CELLS} markets have enough people for a campaign to be missed there")
        none, share = sum(1 for n, _ in found if not n), cfg.dark_market_share
        chance = CERTAIN * math.sqrt(max(share * (1 - share), 0.01) / len(found))
        off = abs(none / len(found) - share)
        return Judgement(share, none / len(found), off, 0.03 + chance, len(found), "absolute", chance)

    def unevenness(rows: Rows) -> Judgement | NotJudged:
        lit = [(n, expected) for n, expected in cells(rows) if n]
        if len(lit) < _LEAST_CELLS:
            return NotJudged(f"fewer than {_LEAST_CELLS} markets have enough people for a campaign's weight to show")
        logs = sorted(math.log(n / expected) for n, expected in lit)
        # Sessions fill up where weights are high, so the lower half tells the spread.
        spread = logs[len(logs) // 2] - logs[round(len(logs) * 0.1587)]
        # Without what counts vary by chance.
        found = math.sqrt(max(0.0, spread**2 - sum(1 / expected for _, expected in lit) / len(lit)))
        chance = CERTAIN * 1.5 * max(found, 0.1) / math.sqrt(len(logs))
        target = cfg.market_sigma
        return Judgement(
            target, found, abs(found - target), 0.25 * target + 0.1 + chance, len(logs), "absolute", chance
        )

    return [
        Statistic(
            "statistics.dark_markets", "Campaigns do not run in dark_market_share of the markets.", "stat_markets", dark
        ),
        Statistic(
            "statistics.market_spread",
            "Where campaigns run, delivery differs from market to market as market_sigma gives.",
            "stat_markets",
            unevenness,
        ),
    ]
