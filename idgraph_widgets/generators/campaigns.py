"""Table 7: campaigns."""

from __future__ import annotations

from datetime import date

import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws, choose, quantiles_lognormal, small_frame, steps
from idgraph_widgets.generators.ad_audiences import planned_reach, typical_share
from idgraph_widgets.generators.advertisers import advertisers
from idgraph_widgets.generators.advertising import (
    CAMPAIGN_STRIDE,
    PERIOD_DAYS,
    big,
    by_channel,
    campaign_periods,
    check_keys,
)
from idgraph_widgets.generators.audience_rules import enabled_segments
from idgraph_widgets.generators.root import declare_root
from idgraph_widgets.schema.campaigns import CHANNELS, TABLE

_TURN = 1 << 32
# Weyl sequences in 32 bits, from numbers far from any simple fraction: the golden ratio and the square roots
# of 2, 3 and 7.
_STRIDES = {"channel": 2_654_435_769, "target": 1_779_033_705, "start": 3_144_134_279, "length": 2_773_480_763}


def generate_campaigns(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """All campaigns whose flight starts inside the window.

    A campaign is drawn from its period of 30 days since ``start_date`` and its number in it. Before the
    audience lookback ends, campaigns target segments that need no lookback (or, if there are none, wait).

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig

    Returns
    -------
    DataFrame
        Columns of ``TABLE``; a few dozen rows.

    Raises
    ------
    ConfigError
        If the window has more campaigns than keys of exposures can number.
    """
    check_keys(config)
    segments = enabled_segments(config)
    rows = campaign_periods(config) * config.campaign_config.campaigns_per_period if segments else 0
    if not rows:
        return _nothing(spark)
    df = declare_root(spark, "campaigns", "i", 0, rows, _root_columns(config))
    df = _with_flight(config, df)
    df = _with_target(config, df, segments)
    df = _with_prices(config, df)
    reach = [(segment, planned_reach(config, segment) / SCALE) for segment in sorted(segments)]
    reach = spark.createDataFrame(pd.DataFrame(reach, columns=["target_segment_id", "reach_share"]))
    df = df.join(F.broadcast(reach), "target_segment_id")
    df = df.join(F.broadcast(small_frame(spark, pd.DataFrame(advertisers(config)))), "advertiser_id")
    df = df.withColumn(
        "campaign_name",
        F.concat_ws(" ", "advertiser", "channel", "objective", F.concat(F.lit("#"), F.col("campaign_id"))),
    )
    return TABLE.select(df.filter(F.col("start_day") < F.lit(_window_days(config))))


def _window_days(config: GenerationConfig) -> int:
    return (config.end_date - config.start_date).days


def _root_columns(config: GenerationConfig) -> dict[str, tuple[str, str]]:
    """Draws by the campaign's running number, which is its period and its number in it."""
    cfg = config.campaign_config
    d = Draws(config.seed, "campaigns")

    def even(stream: str) -> str:
        # Spread evenly over consecutive campaigns, as independent draws of a few dozen would not be: the
        # size of a dataset should not hang on a handful of lucky campaigns.
        return f"pmod({d.salt(stream) % _TURN}L + i * {_STRIDES[stream]}L, {_TURN}L)"

    return {
        "period": ("bigint", f"i div {cfg.campaigns_per_period}"),
        "number": ("bigint", f"pmod(i, {cfg.campaigns_per_period})"),
        "u_channel": ("bigint", even("channel")),
        "u_target": ("bigint", even("target")),
        "u_objective": ("bigint", d.unit_sql("objective", "i")),
        "u_start": ("bigint", even("start")),
        "u_length": ("bigint", even("length")),
        "u_bid": ("bigint", d.unit_sql("bid", "i")),
        "u_budget": ("bigint", d.unit_sql("budget", "i")),
        "advertiser_id": ("bigint", f"1 + pmod({d.unit_sql('advertiser', 'i')}, {cfg.num_advertisers}L)"),
    }


def _with_flight(config: GenerationConfig, df: DataFrame) -> DataFrame:
    cfg = config.campaign_config
    low, high = cfg.flight_days["min"], cfg.flight_days["max"]
    # Unit draws have 53 bits, the even ones 32.
    channel = choose(F.col("u_channel") * big(1 << 21), cfg.channel_mix)
    return (
        df.withColumn("campaign_id", F.col("period") * big(CAMPAIGN_STRIDE) + F.col("number") + big(1))
        .withColumn("channel", channel)
        .withColumn("objective", choose(F.col("u_objective"), cfg.objective_mix))
        .withColumn("drawn_day", F.col("period") * big(PERIOD_DAYS) + _scaled("u_start", PERIOD_DAYS))
        .withColumn("flight_days", _scaled("u_length", high - low + 1) + big(low))
    )


def _scaled(even: str, n: int):
    """An even draw of 32 bits, brought to 0..n - 1."""
    return F.shiftright(F.col(even) * big(n), 32)


def _with_target(config: GenerationConfig, df: DataFrame, segments: dict[str, str]) -> DataFrame:
    """Target segment and flight dates: no flight starts before its segment is valid."""
    lookback = config.audience_config.lookback_days
    # By size, so that even draws take their share of broad and of narrow segments.
    every = sorted(segments, key=lambda s: (typical_share(s), s))
    early = [s for s in every if segments[s] == "demographic"]
    known = F.col("drawn_day") >= F.lit(lookback)
    target = _one_of(F.col("u_target"), every)
    start = F.col("drawn_day")
    if early:
        target = F.when(known, target).otherwise(_one_of(F.col("u_target"), early))
    else:
        start = F.greatest(start, big(lookback))
    epoch = (config.start_date - date(1970, 1, 1)).days
    return (
        df.withColumn("target_segment_id", target)
        .withColumn("start_day", start)
        .withColumn("start_date", F.date_from_unix_date((start + F.lit(epoch)).cast("int")))
        .withColumn("end_date", F.date_from_unix_date((start + F.col("flight_days") + F.lit(epoch)).cast("int")))
    )


def _one_of(even, values: list[str]):
    """One value by an even draw of 32 bits, all alike."""
    limits = [_TURN * (k + 1) // len(values) for k in range(len(values))]
    return steps(even, limits, [F.lit(v) for v in values])


def _with_prices(config: GenerationConfig, df: DataFrame) -> DataFrame:
    cfg = config.campaign_config
    households = config.household_config.num_households
    # Bids vary around the channel's price with a lognormal sigma of .35 (published prices do).
    factors = quantiles_lognormal(1.0, 0.35, 32, 10_000)
    factor = choose(F.col("u_bid"), dict.fromkeys(factors, 1.0))
    cents = by_channel({c: round(cfg.bid_prices[c] * 100) for c in CHANNELS}, F.col("channel"))
    bid = F.greatest(big(1), F.call_function("div", cents * factor, big(10_000)))
    low = round(cfg.budget_per_1000_households["min"] * 100)
    high = round(cfg.budget_per_1000_households["max"] * 100)
    per_1000 = F.pmod(F.col("u_budget"), big(high - low + 1)) + big(low)
    # Rounded up to a cent, so that the shares of the blocks never exceed it.
    budget = F.call_function("div", per_1000 * big(households) + big(999), big(1000))
    caps = cfg.frequency_caps
    channel = F.col("channel")
    return (
        df.withColumn("pricing_model", F.when(channel.isin(list(cfg.cpc_channels)), "cpc").otherwise("cpm"))
        .withColumn("bid_price", _dollars(bid))
        .withColumn("budget_per_1000_households", _dollars(per_1000))
        .withColumn("budget", _dollars(budget))
        .withColumn("frequency_cap_daily", by_channel({c: caps[c]["daily"] for c in CHANNELS}, channel))
        .withColumn("frequency_cap_weekly", by_channel({c: caps[c]["weekly"] for c in CHANNELS}, channel))
        .withColumn("frequency_cap_scope", by_channel({c: caps[c]["scope"] for c in CHANNELS}, channel))
        .withColumn("holdout_share", F.lit(float(cfg.holdout_share)))
        .withColumn("attribution_window_days", F.lit(cfg.attribution_window_days))
    )


def _dollars(cents):
    return (cents.cast("decimal(18,0)") * F.lit("0.01").cast("decimal(18,2)")).cast("decimal(18,2)")


def _nothing(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([], TABLE.struct_type())
