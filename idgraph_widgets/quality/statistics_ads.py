"""Statistical checks of campaigns: channels, delivery over the flight, clicks, lags, baskets and causes."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from statistics import NormalDist

from idgraph_widgets import reference
from idgraph_widgets.config import CampaignConfig, GenerationConfig
from idgraph_widgets.config.deliverable import impressions_a_day
from idgraph_widgets.quality.baskets import usual_baskets
from idgraph_widgets.quality.checks import DAY_US, Context
from idgraph_widgets.quality.statistics import (
    CERTAIN,
    Judgement,
    NotJudged,
    Rows,
    Statistic,
    Tally,
    added,
    compare_rate,
    compare_shares,
    median_of,
)
from idgraph_widgets.quality.statistics_engagement import mean_season, season
from idgraph_widgets.schema.campaigns import CHANNELS

_HOUR = 3_600
_DAY = 86_400
LAG_BINS = ((_HOUR, "1 h"), (_DAY, "24 h"), (7 * _DAY, "7 d"), (14 * _DAY, "14 d"), (30 * _DAY + _DAY, "30 d"))
"""Upper ends, in seconds, of the bins that lags are compared in; the last takes what rounding adds."""

_BASKET_BIN = 5
"""USD."""

_HALF_LIFE_DAYS = 7

_FREE = 5
"""Impressions a week that hardly anybody's sessions have room for more of."""

_HARDLY_ANYBODY = 5
"""Of impressions of somebody usual, so many times are what hardly anybody has."""

_PER_PERSON = 6
"""Impressions of a channel that a person sees, roughly."""


def tallies(context: Context) -> list[Tally]:
    """Counts of campaigns, exposures by day of flight, chains with what follows them, causes and baskets."""
    # Only visits whose every conversion would fall into the window and the attribution window tell rates.
    cfg, last = context.config.campaign_config, context.end_us - 31 * DAY_US
    lag = "unix_micros({}.response_ts) - unix_micros(v.response_ts)"
    bins = " ".join(f"when {{0}} < {limit}000000 then '{label}'" for limit, label in LAG_BINS)

    def binned(child: str) -> str:
        return f"case {bins.format(f'({lag.format(child)})')} end"

    # Clicks of curiosity lead no further than a sign-up, and what ads create ends in a purchase.
    free = f"unix_micros(v.response_ts) < {last} and v.conversion_path <> 'click_through'"
    free += " and coalesce(t.origin, '') <> 'created'"
    return [
        Tally("stat_campaigns", "select campaign_id, channel, 1 as n from {campaigns}"),
        Tally(
            "stat_exposures",
            "select c.channel, datediff(c.end_date, c.start_date) as flight,"
            f" cast((unix_micros(x.exposure_ts) div {DAY_US}) - unix_date(c.start_date) as bigint) as day,"
            f" coalesce(least(datediff(d.last, c.start_date), {cfg.ramp_up_days + 5}), 0) as delivered,"
            " count(*) as n, sum(coalesce(r.clicks, 0)) as clicks from {campaign_exposures} x"
            " join {campaigns} c on x.campaign_id = c.campaign_id"
            " left join (select campaign_id, max(metric_date) as last from {campaign_daily} where impressions > 0"
            "  group by campaign_id) d on x.campaign_id = d.campaign_id left join"
            " (select exposure_id, 1 as clicks from {response_events} where response_type = 'click') r"
            " on x.exposure_id = r.exposure_id group by 1, 2, 3, 4",
            sums=("n", "clicks"),
        ),
        Tally(
            "stat_clicks",
            "select c.channel, count(*) as n, sum(case when v.response_id is null then 0 else 1 end) as visits"
            " from {response_events} k join {campaigns} c on k.campaign_id = c.campaign_id"
            " left join {response_events} v on v.parent_response_id = k.response_id"
            f" where k.response_type = 'click' and unix_micros(k.response_ts) < {context.end_us - DAY_US} group by 1",
            sums=("n", "visits"),
        ),
        Tally(
            "stat_visits",
            f"select case when not ({free}) then 'other' when k.carts = 1 then 'single' else 'free' end as kind,"
            f" {binned('u')} as sign_up_lag, {binned('b')} as purchase_lag, count(*) as n,"
            " sum(case when u.response_id is null then 0 else 1 end) as sign_ups,"
            " sum(case when c.response_id is null then 0 else 1 end) as carts,"
            " sum(case when b.response_id is null then 0 else 1 end) as purchases"
            " from (select * from {response_events} where response_type = 'site_visit') v"
            " left join (select * from {response_events} where response_type = 'sign_up') u"
            "  on u.parent_response_id = v.response_id"
            " left join (select * from {response_events} where response_type = 'add_to_cart') c"
            "  on c.parent_response_id = v.response_id"
            " left join (select * from {response_events} where response_type = 'purchase') b"
            "  on b.parent_response_id = c.response_id"
            " left join {truth_conversion} t on b.response_id = t.response_id"
            # What is bought once in a spell leaves further carts where they are.
            " left join (select individual_id, advertiser_id, count(*) as carts from {response_events}"
            "  where response_type = 'add_to_cart' group by individual_id, advertiser_id) k"
            "  on v.individual_id = k.individual_id and v.advertiser_id = k.advertiser_id group by 1, 2, 3",
            sums=("n", "sign_ups", "carts", "purchases"),
        ),
        Tally(
            "stat_roots",
            "select month(r.day) as month, count(*) as n from (select date_from_unix_date(cast("
            f"unix_micros(response_ts) div {DAY_US} as int)) as day from {{response_events}}"
            " where response_type = 'site_visit' and parent_response_id is null) r group by 1"
            " union all select 0 as month, count(*) as n from {individuals} where age >= 18",
        ),
        Tally(
            "stat_holdouts",
            "select s.campaign_id, s.n, coalesce(h.held, 0) as held from (select c.campaign_id, g.n"
            " from {campaigns} c join (select segment_id, count(distinct individual_id div 16) as n"
            " from {audience_attributes} group by segment_id) g on c.target_segment_id = g.segment_id) s"
            " left join (select campaign_id, count(*) as held from {campaign_holdouts} group by campaign_id) h"
            " on s.campaign_id = h.campaign_id",
            sums=("n", "held"),
        ),
        Tally(
            "stat_purchases",
            f"select cast(floor(usual / {_BASKET_BIN}) as bigint) as bin, count(*) as n"
            f" from ({usual_baskets()}) b group by 1",
        ),
        Tally("stat_lift", _lift_source(context), sums=("n", "built_up")),
    ]


def _lift_source(context: Context) -> str:
    """Purchases that a campaign has a label on, by origin, and how far impressions had built up at their visits."""
    cfg = context.config.campaign_config
    age = "(unix_micros(v.response_ts) - unix_micros(x.exposure_ts))"
    left = f"{cfg.ad_adstock} * power(2.0, -cast({age} div {DAY_US} as double) / {_HALF_LIFE_DAYS})"
    return (
        "select origin, count(*) as n, sum(least(cast(1 as double), adstock)) as built_up from ("
        f"select p.response_id, t.origin, sum(cast({left} as double)) as adstock from {{response_events}} p"
        " join {truth_conversion} t on p.response_id = t.response_id"
        " join {response_events} c on p.parent_response_id = c.response_id"
        " join {response_events} v on c.parent_response_id = v.response_id"
        " join {campaign_exposures} x on v.individual_id = x.individual_id"
        " join {campaigns} g on x.campaign_id = g.campaign_id and g.advertiser_id = v.advertiser_id"
        " join {truth_identity} i on x.mapping_id = i.mapping_id and x.individual_id = i.true_individual_id"
        f" where x.is_viewable and p.campaign_id is not null and {age} > 0"
        f" and {age} <= g.attribution_window_days * {DAY_US} group by p.response_id, t.origin) b group by origin"
    )


def checks(context: Context) -> list[Statistic]:
    """What the configuration says of campaigns and responses, and the published lags."""
    config = context.config
    cfg = config.campaign_config
    return [
        _channels(cfg),
        *_rates(cfg),
        *_flight(config),
        _holdout(cfg),
        *_visits(config),
        _lift(cfg),
        *_steps(cfg),
        *_lags(),
        _basket(cfg),
    ]


def _channels(cfg: CampaignConfig) -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        # Every slice of households sees all campaigns, so a row is a campaign whatever its count.
        counts = added([{**row, "n": 1} for row in rows], lambda row: row["channel"])
        return compare_shares(counts, cfg.channel_mix, 0.05)

    return Statistic("statistics.channel_mix", "Campaigns by channel follow channel_mix.", "stat_campaigns", judge)


def _rates(cfg: CampaignConfig) -> list[Statistic]:
    """Clicks per channel."""

    def clicks(channel: str):
        def judge(rows: Rows) -> Judgement | NotJudged:
            kept = [row for row in rows if row["channel"] == channel]
            total = sum(row["n"] for row in kept)
            target = sum(_expected_clicks(cfg, row) for row in kept) / max(1, total)
            return compare_rate(sum(row["clicks"] for row in kept), total, target, spread=_clustered(cfg, target))

        return judge

    return [
        Statistic(
            f"statistics.clicks_{channel}",
            f"Impressions on {channel} are clicked at the rate of click_through_rates, worn out by then.",
            "stat_exposures",
            clicks(channel),
        )
        for channel in CHANNELS
    ]


def _clustered(cfg: CampaignConfig, rate: float) -> float:
    """Variance of a number of clicks relative to a Poisson distribution's: some people click often."""
    return 1 + rate * _PER_PERSON * (math.exp(cfg.click_readiness_sigma**2) - 1)


def _expected_clicks(cfg: CampaignConfig, row: dict) -> float:
    """Clicks on the impressions of a day of a flight: they get rarer towards its end, and only what is seen is clicked.

    A campaign whose budget is spent early has its impressions where clicks are frequent.
    """
    wear_factor = 1.0
    # Impressions outside their flight are another check's to tell.
    if 0 <= row["day"] < row["flight"]:
        wear_factor += cfg.wear_out * (0.5 - (row["day"] + 0.5) / row["flight"])
    rate = cfg.click_through_rates.get(row["channel"], 0.0) * wear_factor
    seen = cfg.viewability.get(row["channel"], 1.0)
    return row["n"] * seen * _clicked(rate / seen, cfg.click_readiness_sigma) if seen else 0.0


def _clicked(rate: float, sigma: float) -> float:
    """Mean of what people click of what they see: who is readiest clicks everything, not more."""
    if rate <= 0 or sigma <= 0:
        return min(1.0, max(0.0, rate))
    normal = NormalDist()
    all_of_it = (sigma * sigma / 2 - math.log(rate)) / sigma
    return rate * normal.cdf(all_of_it - sigma) + 1 - normal.cdf(all_of_it)


def _flight(config: GenerationConfig) -> list[Statistic]:
    """Delivery grows over the first days of a flight; clicks get rarer until its end."""
    cfg = config.campaign_config
    free_from = {c: max(_FREE, _HARDLY_ANYBODY * 7 * impressions_a_day(config, c)) for c in CHANNELS}

    def ramp(rows: Rows) -> Judgement | NotJudged:
        # Mailings are few and large; tight caps hold back whatever comes after somebody's first exposures.
        channels = {c for c in CHANNELS if c != "email" and cfg.frequency_caps[c]["weekly"] >= free_from[c]}
        free = [row for row in rows if row["channel"] in channels]
        if not free:
            return NotJudged("frequency caps hold back whatever comes after somebody's first exposures")
        # Of campaigns whose budget lasts for so long.
        lasting = [row for row in free if row["delivered"] > cfg.ramp_up_days + 4]
        first = sum(row["n"] for row in lasting if row["day"] == 0)
        full = sum(row["n"] for row in lasting if cfg.ramp_up_days < row["day"] <= cfg.ramp_up_days + 4) / 4
        target = 1 / (cfg.ramp_up_days + 1)
        # Exposures of a person come a few at a time, and days of the week differ.
        return compare_rate(first, full, target, 0.25, 4.0)

    def wear(rows: Rows) -> Judgement | NotJudged:
        clicks, expected, even = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
        for row in rows:
            if not 0 <= row["day"] < row["flight"]:
                continue
            third = 3 * row["day"] // row["flight"]
            if third != 1:
                clicks[third // 2] += row["clicks"]
                expected[third // 2] += _expected_clicks(cfg, row)
                even[third // 2] += row["n"] * cfg.click_through_rates.get(row["channel"], 0.0)
        if min(clicks) < 20:
            return NotJudged("fewer than 20 clicks are in the first or the last third of flights")
        target = expected[1] / even[1] / (expected[0] / even[0])
        found = clicks[1] / even[1] / (clicks[0] / even[0])
        spread = _clustered(cfg, sum(clicks) / max(1, sum(row["n"] for row in rows)))
        chance = CERTAIN * math.sqrt(spread * (1 / clicks[0] + 1 / clicks[1]))
        return Judgement(target, found, abs(found / target - 1), 0.10 + chance, int(sum(clicks)), "relative", chance)

    found = [
        Statistic(
            "statistics.wear_out",
            "In the last third of a flight impressions are clicked less than in the first, as wear_out gives.",
            "stat_exposures",
            wear,
        )
    ]
    if cfg.ramp_up_days:
        found.append(
            Statistic(
                "statistics.ramp_up",
                "The first day of a flight brings the part of a full day's impressions that ramp_up_days gives.",
                "stat_exposures",
                ramp,
            )
        )
    return found


def _holdout(cfg: CampaignConfig) -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        return compare_rate(sum(r["held"] for r in rows), sum(r["n"] for r in rows), cfg.holdout_share)

    return Statistic(
        "statistics.holdout_share", "Of eligible households the configured share is held out.", "stat_holdouts", judge
    )


def _visits(config: GenerationConfig) -> list[Statistic]:
    """Visits that no click brought: how many, and when in the year."""
    rate = config.campaign_config.organic_visits_per_person_90_days * config.window_days / 90
    factors = season("purchases")
    days = [config.start_date + timedelta(days=day) for day in range(config.window_days)]

    def volume(rows: Rows) -> Judgement | NotJudged:
        adults = sum(row["n"] for row in rows if row["month"] == 0)
        visits = sum(row["n"] for row in rows if row["month"])
        # What ads add without a click is a few of a hundred.
        return compare_rate(visits, adults, rate * mean_season("purchases", config), 0.15)

    def seasons(rows: Rows) -> Judgement | NotJudged:
        target: dict[int, float] = {}
        for day in days:
            target[day.month] = target.get(day.month, 0.0) + factors[day.month - 1]
        return compare_shares(added(rows, lambda row: row["month"] or None), target, 0.02)

    return [
        Statistic(
            "statistics.organic_visits",
            "Adults visit advertisers without a click as often as organic_visits_per_person_90_days says.",
            "stat_roots",
            volume,
        ),
        Statistic(
            "statistics.season",
            "Visits without a click follow the seasons of shopping.",
            "stat_roots",
            seasons,
            "seasonality.csv",
        ),
    ]


def _lift(cfg: CampaignConfig) -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        created = sum(row["n"] for row in rows if row["origin"] == "created")
        built_up = sum(row["built_up"] for row in rows if row["origin"] == "captured")
        # What was captured is counted, too, and counts vary.
        return compare_rate(created, built_up, cfg.ad_lift, 0.15, 1 + cfg.ad_lift)

    return Statistic(
        "statistics.lift",
        "Ads create as many purchases as ad_lift says, of those people make anyway while impressions have built up.",
        "stat_lift",
        judge,
        "ad_lift",
    )


def _steps(cfg: CampaignConfig) -> list[Statistic]:
    """Of clicks and visits, how many go on."""

    def free(rows: Rows, column: str, over: str, target: float, *kinds: str) -> Judgement | NotJudged:
        kept = [row for row in rows if row["kind"] in kinds]
        return compare_rate(sum(row[column] for row in kept), sum(row[over] for row in kept), target)

    def visits(rows: Rows) -> Judgement | NotJudged:
        # Whose search an ad answers may have been on the way to the site anyway.
        kept = [row for row in rows if row["channel"] != "search"]
        return compare_rate(sum(row["visits"] for row in kept), sum(row["n"] for row in kept), cfg.click_to_visit)

    return [
        Statistic(
            "statistics.click_to_visit",
            "Clicks on ads, but for answers to searches, become visits at the configured rate.",
            "stat_clicks",
            visits,
        ),
        Statistic(
            "statistics.visit_to_sign_up",
            "Visits become sign-ups at the configured rate.",
            "stat_visits",
            lambda rows: free(rows, "sign_ups", "n", cfg.visit_to_sign_up, "free", "single"),
        ),
        Statistic(
            "statistics.visit_to_cart",
            "Visits fill carts at the configured rate.",
            "stat_visits",
            lambda rows: free(rows, "carts", "n", cfg.visit_to_cart, "free", "single"),
        ),
        Statistic(
            "statistics.cart_to_purchase",
            "Carts become purchases at the configured rate, where a person filled one alone with an advertiser.",
            "stat_visits",
            lambda rows: free(rows, "purchases", "carts", cfg.cart_to_purchase, "single"),
        ),
    ]


def lag_shares() -> dict[str, float]:
    """Share of conversions in each of `LAG_BINS`, from the mixture that ``response_lag.csv`` names."""
    text = reference.facts("response_lag")[0]["parameters"]
    units = {"min": 60, "h": _HOUR, "d": _DAY}
    parts = [
        (float(share), float(mean) * units[unit])
        for share, mean, unit in re.findall(r"([\d.]+) x Exp\(([\d.]+) (min|h|d)\)", text)
    ]
    cut = 30 * _DAY

    def below(seconds: float) -> float:
        return sum(share * (1 - math.exp(-min(seconds, cut) / mean)) for share, mean in parts)

    edges = [0.0, *(below(limit) / below(cut) for limit, _ in LAG_BINS)]
    return {label: high - low for (_, label), low, high in zip(LAG_BINS, edges, edges[1:])}


def _lags() -> list[Statistic]:
    def judge(column: str):
        def of(rows: Rows) -> Judgement | NotJudged:
            kept = [row for row in rows if row["kind"] != "other"]
            counts = added(kept, lambda row: row[column])
            if sum(counts.values()) < 20:
                return NotJudged("fewer than 20 followed a visit without an ad")
            return compare_shares(counts, lag_shares())

        return of

    return [
        Statistic(
            f"statistics.{kind}_lag",
            f"Time from visit to {kind.replace('_', '-')} follows the published mixture.",
            "stat_visits",
            judge(f"{kind}_lag"),
            "response_lag.csv",
        )
        for kind in ("sign_up", "purchase")
    ]


def _basket(cfg: CampaignConfig) -> Statistic:
    median, sigma = cfg.basket_value["median"], cfg.basket_value["sigma"]

    def judge(rows: Rows) -> Judgement | NotJudged:
        bins = added(rows, lambda row: row["bin"])
        n = sum(bins.values())
        if n < 30:
            return NotJudged(f"{n:,.0f} purchases are too few for a median")
        found = median_of(bins, _BASKET_BIN)
        chance = CERTAIN * 1.2533 * sigma / math.sqrt(n)
        return Judgement(median, found, abs(found / median - 1), 0.10 + chance, int(n), "relative", chance)

    return Statistic(
        "statistics.basket_median",
        "Half of purchases cost less than the median, once the price level of the category and the income of the home"
        " are taken out.",
        "stat_purchases",
        judge,
    )
