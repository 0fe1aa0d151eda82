"""Where chains of responses begin, and which exposure each carries.

Three origins, told apart by the truth only: a click on a viewable exposure; a visit that a viewable exposure
caused without a click; a visit that would have happened anyway. The last is drawn from (person, period of 30
days, k) and knows of no campaign, so people in a holdout act as if the campaign did not exist.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.campaign import CHANNELS
from idgraph_widgets.draws import Draws, quantiles_lognormal, small_frame, steps, threshold
from idgraph_widgets.generators.addresses import DAY, end_micros, start_micros
from idgraph_widgets.generators.advertising import (
    PERIOD_DAYS,
    big,
    campaign_periods,
    clicked,
)

CLICK, CAUSED, ORGANIC = 0, 1, 2
"""Origins of a chain."""

LAGS = 4096
"""Tickets of the lag tables."""

ADULT = 18
_PERIODS = 1024
_MOST = 8  # visits of a person in one period, fewer than
_VIEW_DAYS = {"ctv": 3.0, "audio": 3.0}  # median lag of a response without a click; others 2 days
_VIEW_SIGMA = 1.3


def chains(
    spark: SparkSession,
    config: GenerationConfig,
    plan: DataFrame,
    individuals: DataFrame,
    campaign_exposures: DataFrame,
) -> DataFrame:
    """One row per chain that begins inside the window.

    Returns
    -------
    DataFrame
        ``origin``, ``chain`` (key within the origin), ``individual_id``, ``advertiser_id``, ``root_us``,
        ``cause_id`` (the exposure without which there would be no chain, or null) and what the chain
        carries: ``campaign_id``, ``exposure_id``, ``exposure_us`` and ``until_us``, the end of its window and
        of that of its cause (null if organic).
    """
    shown = campaign_exposures.select(
        "exposure_id",
        "campaign_id",
        "individual_id",
        "is_viewable",
        F.unix_micros("exposure_ts").alias("exposure_us"),
    ).join(
        F.broadcast(plan.select("campaign_id", "advertiser_id", "channel_code", "click_limit", "window_us")),
        "campaign_id",
    )
    visits = _caused(spark, config, shown).unionByName(_organic(config, individuals))
    visits = visits.filter(F.col("root_us") < big(end_micros(config)))
    return _clicks(config, shown).unionByName(_carrying(visits, shown))


def odd(micros):
    """The odd number of microseconds at or after; exposures are even, so the two never tie."""
    return micros - F.pmod(micros, big(2)) + big(1)


def _clicks(config: GenerationConfig, shown: DataFrame) -> DataFrame:
    d = Draws(config.seed, "response_events")
    click = clicked(config, F.col("exposure_id"), F.col("exposure_us"), F.col("click_limit"))
    # Seconds until the click: median 6, at least 1, and never past the UTC day of the exposure.
    seconds = [max(1, s) for s in quantiles_lognormal(6.0, 1.1, 64)]
    limits = [(1 << 53) * (i + 1) // 64 for i in range(64)]
    lag = steps(d.unit("click_lag", "exposure_id"), limits, [big(s * 1_000_000) for s in seconds])
    at = F.col("exposure_us") + lag + d.below("click_jitter", 900_000, "exposure_id")
    day_end = F.col("exposure_us") - F.pmod("exposure_us", big(DAY)) + big(DAY - 1)
    return shown.filter(F.col("is_viewable") & click).select(
        big(CLICK).alias("origin"),
        (F.col("exposure_id") - big(1)).alias("chain"),
        "individual_id",
        "advertiser_id",
        F.least(odd(at), day_end).alias("root_us"),
        F.col("exposure_id").alias("cause_id"),
        "campaign_id",
        "exposure_id",
        "exposure_us",
        (F.col("exposure_us") + F.col("window_us")).alias("until_us"),
    )


def _caused(spark: SparkSession, config: GenerationConfig, shown: DataFrame) -> DataFrame:
    d = Draws(config.seed, "response_events")
    limit = None
    for code, channel in enumerate(CHANNELS):
        value = big(threshold(round(caused_visit_share(config, channel), 12)))
        same = F.col("channel_code") == code
        limit = F.when(same, value) if limit is None else limit.when(same, value)
    df = shown.filter(F.col("is_viewable") & (d.unit("caused", "exposure_id") < limit))
    slow = [code for code, channel in enumerate(CHANNELS) if channel in _VIEW_DAYS]
    df = df.withColumn("ticket", d.below("view_lag", LAGS, "exposure_id")).join(
        F.broadcast(_view_lags(spark, config)), "ticket"
    )
    lag = F.when(F.col("channel_code").isin(slow), F.col("slow_us")).otherwise(F.col("usual_us"))
    return df.select(
        big(CAUSED).alias("origin"),
        (F.col("exposure_id") - big(1)).alias("chain"),
        "individual_id",
        "advertiser_id",
        odd(F.col("exposure_us") + lag).alias("root_us"),
        F.col("exposure_id").alias("cause_id"),
        (F.col("exposure_us") + F.col("window_us")).alias("cause_until_us"),
    )


def caused_visit_share(config: GenerationConfig, channel: str) -> float:
    """Visits without a click that one viewable exposure causes.

    Set so that all exposures of a campaign together add ``ad_lift`` times the visits, and so the purchases,
    that an exposed person would make anyway at one advertiser within one attribution window:
    ``ad_lift · (organic visits per person and day / advertisers) · window days`` divided by the viewable
    exposures of an exposed person (mean exposures per week · weeks of a mean flight · viewability).
    """
    cfg = config.campaign_config
    organic = cfg.organic_visits_per_person_90_days / 90 / cfg.num_advertisers * cfg.attribution_window_days
    weeks = (cfg.flight_days["min"] + cfg.flight_days["max"]) / 14
    seen = max(1.0, cfg.exposures_per_week * weeks) * cfg.viewability.get(channel, 1.0)
    return min(1.0, cfg.ad_lift * organic / seen) if seen else 0.0


def _view_lags(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """Lognormal lags cut at the attribution window: usual channels and slow ones, in microseconds."""
    window = config.campaign_config.attribution_window_days

    def lags(median: float) -> list[int]:
        normal = NormalDist(math.log(median), _VIEW_SIGMA)
        inside = normal.cdf(math.log(window))
        days = [math.exp(normal.inv_cdf((i + 0.5) / LAGS * inside)) for i in range(LAGS)]
        # Whole seconds, so that a platform's last bit cannot show; odd() adds at most a microsecond.
        return [min(max(60, round(day * 86_400)), window * 86_400 - 1) * 1_000_000 for day in days]

    return small_frame(
        spark,
        pd.DataFrame({"ticket": range(LAGS), "usual_us": lags(2.0), "slow_us": lags(_VIEW_DAYS["ctv"])}),
    )


def _organic(config: GenerationConfig, individuals: DataFrame) -> DataFrame:
    cfg = config.campaign_config
    d = Draws(config.seed, "response_events")
    periods = campaign_periods(config)
    mean = cfg.organic_visits_per_person_90_days * PERIOD_DAYS / 90
    df = individuals.filter(F.col("age") >= ADULT).select(
        "individual_id", F.explode(F.sequence(big(0), big(periods - 1))).alias("period")
    )
    df = df.withColumn("visits", d.count("organic", mean, _MOST - 1, "individual_id", "period"))
    df = df.filter(F.col("visits") > 0)
    df = df.withColumn("k", F.explode(F.sequence(big(0), F.col("visits") - big(1))))
    chain = (F.col("individual_id") * big(_PERIODS) + F.col("period")) * big(_MOST) + F.col("k")
    df = df.withColumn("chain", chain)
    start = big(start_micros(config)) + F.col("period") * big(PERIOD_DAYS * DAY)
    return df.select(
        big(ORGANIC).alias("origin"),
        "chain",
        "individual_id",
        d.between("organic_advertiser", 1, cfg.num_advertisers, "chain").alias("advertiser_id"),
        odd(start + d.below("organic_time", PERIOD_DAYS * DAY, "chain")).alias("root_us"),
        F.lit(None).cast("bigint").alias("cause_id"),
        F.lit(None).cast("bigint").alias("cause_until_us"),
    )


def _carrying(visits: DataFrame, shown: DataFrame) -> DataFrame:
    """Visits with the latest exposure of the same advertiser whose campaign's window reaches them."""
    before = shown.select(
        "individual_id",
        "advertiser_id",
        "campaign_id",
        "window_us",
        "exposure_us",
        "exposure_id",
    ).join(
        visits.select("origin", "chain", "individual_id", "advertiser_id", "root_us"),
        ["individual_id", "advertiser_id"],
    )
    before = before.filter(
        (F.col("exposure_us") < F.col("root_us"))
        & (F.col("root_us") <= F.col("exposure_us") + F.col("window_us"))
    )
    latest = before.groupBy("origin", "chain").agg(
        F.max(
            F.struct("exposure_us", (-F.col("exposure_id")).alias("minus_id"), "campaign_id", "window_us")
        ).alias("latest")
    )
    carried = visits.join(latest, ["origin", "chain"], "left")
    until = F.col("latest")["exposure_us"] + F.col("latest")["window_us"]
    # An ad acts within its own window only, even where the chain carries a later one.
    return carried.select(
        *[c for c in visits.columns if c != "cause_until_us"],
        F.col("latest")["campaign_id"].alias("campaign_id"),
        (-F.col("latest")["minus_id"]).alias("exposure_id"),
        F.col("latest")["exposure_us"].alias("exposure_us"),
        F.least(until, F.coalesce("cause_until_us", until)).alias("until_us"),
    )
