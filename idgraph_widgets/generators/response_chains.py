"""Where chains of responses begin, and which exposure each carries.

Three origins, told apart by the truth only: a click on a viewable exposure; a visit that a viewable exposure
caused without a click; a visit that would have happened anyway. The last two are drawn from (person, period of 30
days, k), and the last knows of no campaign.

Most people who buy after a click would have bought anyway: an ad finds those who are about to buy. So of the
purchases after a click only ``ad_lift / (1 + ad_lift)`` are caused by it, and people in a campaign's holdout buy
what they would have bought after the clicks they were kept from (`ghosts`), without click or exposure. Both arms
of the experiment then buy alike but for ``ad_lift``.
"""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, quantiles_lognormal, steps
from idgraph_widgets.generators.addresses import DAY, end_micros, start_micros
from idgraph_widgets.generators.advertising import PERIOD_DAYS, big, campaign_periods, clicked, worn
from idgraph_widgets.generators.clocks import in_season, season

CLICK, CAUSED, ORGANIC = 0, 1, 2
"""Origins of a chain."""

LAGS = 4096
"""Tickets of the lag tables."""

ADULT = 18
_PERIODS = 1024
_MOST = 16  # visits of a person in one period, fewer than


def chains(
    spark: SparkSession,
    config: GenerationConfig,
    plan: DataFrame,
    individuals: DataFrame,
    campaign_exposures: DataFrame,
    ghosts: DataFrame,
) -> DataFrame:
    """One row per chain that begins inside the window.

    Parameters
    ----------
    ghosts : DataFrame
        See `idgraph_widgets.generators.ghosts`.

    Returns
    -------
    DataFrame
        ``origin``, ``chain`` (key within the origin), ``unclicked`` (a chain of origin `CLICK` that begins with the
        visit, since its click was held back), ``individual_id``, ``advertiser_id``, ``root_us``,
        ``cause_id`` (the exposure without which there would be no chain, or null) and what the chain
        carries: ``campaign_id``, ``exposure_id``, ``exposure_us``, ``until_us``, the end of its window and
        of that of its cause, and ``over_us``, when no exposure of the campaign can act any more (null if organic).
    """
    shown = campaign_exposures.select(
        "exposure_id", "campaign_id", "individual_id", "is_viewable", F.unix_micros("exposure_ts").alias("exposure_us")
    ).join(
        F.broadcast(
            plan.select(
                "campaign_id", "advertiser_id", "channel_code", "click_limit", "window_us", "start_us", "flight_us"
            )
        ),
        "campaign_id",
    )
    visits = _caused(config, individuals, shown).unionByName(_organic(config, individuals))
    visits = visits.withColumn("unclicked", F.lit(False)).unionByName(_held_back(config, plan, ghosts))
    visits = visits.filter(F.col("root_us") < big(end_micros(config)))
    clicks = _clicks(config, shown).withColumn("unclicked", F.lit(False))
    return clicks.unionByName(_carrying(visits, shown))


def odd(micros):
    """The odd number of microseconds at or after; exposures are even, so the two never tie."""
    return micros - F.pmod(micros, big(2)) + big(1)


def _clicks(config: GenerationConfig, shown: DataFrame) -> DataFrame:
    elapsed = F.col("exposure_us") - F.col("start_us")
    limit = worn(config, F.col("click_limit"), elapsed, F.col("flight_us"))
    click = clicked(config, F.col("exposure_id"), F.col("exposure_us"), limit)
    return shown.filter(F.col("is_viewable") & click).select(
        big(CLICK).alias("origin"),
        (F.col("exposure_id") - big(1)).alias("chain"),
        "individual_id",
        "advertiser_id",
        _click_time(config).alias("root_us"),
        F.when(_is_incremental(config), F.col("exposure_id")).alias("cause_id"),
        "campaign_id",
        "exposure_id",
        "exposure_us",
        (F.col("exposure_us") + F.col("window_us")).alias("until_us"),
        _over().alias("over_us"),
    )


def _over():
    """When the last window of a campaign's exposures ends."""
    return F.col("start_us") + F.col("flight_us") + F.col("window_us")


def _is_incremental(config: GenerationConfig):
    """Whether what follows the click on an exposure would not have followed without it."""
    lift = config.campaign_config.ad_lift
    return Draws(config.seed, "response_events").chance("incremental", lift / (1 + lift), "exposure_id")


def _click_time(config: GenerationConfig):
    """When an exposure is clicked."""
    d = Draws(config.seed, "response_events")
    # Seconds until the click: median 6, at least 1, and never past the UTC day of the exposure.
    seconds = [max(1, s) for s in quantiles_lognormal(6.0, 1.1, 64)]
    limits = [(1 << 53) * (i + 1) // 64 for i in range(64)]
    lag = steps(d.unit("click_lag", "exposure_id"), limits, [big(s * 1_000_000) for s in seconds])
    at = F.col("exposure_us") + lag + d.below("click_jitter", 900_000, "exposure_id")
    day_end = F.col("exposure_us") - F.pmod("exposure_us", big(DAY)) + big(DAY - 1)
    return F.least(odd(at), day_end)


def load_time(config: GenerationConfig, *keys):
    """Microseconds from a click to the visit."""
    return Draws(config.seed, "response_events").between("load", 1_000_000, 20_000_000, *keys)


def buys(config: GenerationConfig, name: str, share: float, *keys):
    """Whether a chain takes the step of that name."""
    return Draws(config.seed, "response_events").chance(name, share, *keys)


def _held_back(config: GenerationConfig, plan: DataFrame, ghosts: DataFrame) -> DataFrame:
    """Chains that held-out people begin with a visit: those that end in a purchase no ad would have caused."""
    cfg = config.campaign_config
    df = ghosts.join(F.broadcast(plan.select("campaign_id", "advertiser_id", "window_us")), "campaign_id")
    df = df.withColumn("chain", F.col("exposure_id") - big(1)).withColumn("origin", big(CLICK))
    keys = ("origin", "chain")
    steps_taken = (
        buys(config, "visit", cfg.click_to_visit, *keys)
        & buys(config, "cart", cfg.visit_to_cart, *keys)
        & buys(config, "purchase", cfg.cart_to_purchase, *keys)
    )
    return df.filter(steps_taken & ~_is_incremental(config)).select(
        "origin",
        "chain",
        "individual_id",
        "advertiser_id",
        odd(_click_time(config) + load_time(config, *keys)).alias("root_us"),
        F.lit(None).cast("bigint").alias("cause_id"),
        (F.col("exposure_us") + F.col("window_us")).alias("cause_until_us"),
        F.lit(True).alias("unclicked"),
    )


def _caused(config: GenerationConfig, individuals: DataFrame, shown: DataFrame) -> DataFrame:
    """Visits that come on top while an ad works: the hazard of a visit is ``1 + ad_lift`` times the usual one.

    They are drawn like the visits that happen anyway, at ``ad_lift`` times their rate, and those remain that
    follow a viewable exposure of their advertiser within its attribution window: the latest one is the cause.
    """
    lift = config.campaign_config.ad_lift
    df = _visits(config, individuals, "caused", lift, CAUSED)
    seen = shown.filter("is_viewable").select(
        "individual_id", "advertiser_id", "window_us", "exposure_us", "exposure_id"
    )
    before = df.join(seen, ["individual_id", "advertiser_id"]).filter(
        (F.col("exposure_us") < F.col("root_us")) & (F.col("root_us") <= F.col("exposure_us") + F.col("window_us"))
    )
    cause = F.max(F.struct("exposure_us", (-F.col("exposure_id")).alias("minus_id"), "window_us")).alias("cause")
    latest = before.groupBy("chain").agg(cause)
    return df.join(latest, "chain").select(
        "origin",
        "chain",
        "individual_id",
        "advertiser_id",
        "root_us",
        (-F.col("cause")["minus_id"]).alias("cause_id"),
        (F.col("cause")["exposure_us"] + F.col("cause")["window_us"]).alias("cause_until_us"),
    )


def _organic(config: GenerationConfig, individuals: DataFrame) -> DataFrame:
    """Visits that happen with or without ads."""
    return _visits(config, individuals, "organic", 1.0, ORGANIC).select(
        "*", F.lit(None).cast("bigint").alias("cause_id"), F.lit(None).cast("bigint").alias("cause_until_us")
    )


def _visits(config: GenerationConfig, individuals: DataFrame, stream: str, rate: float, origin: int) -> DataFrame:
    """Visits of adults at `rate` times the organic rate, in season, drawn from (person, period, k)."""
    cfg = config.campaign_config
    d = Draws(config.seed, "response_events")
    periods = campaign_periods(config)
    usual = cfg.organic_visits_per_person_90_days * PERIOD_DAYS / 90 * max(season("purchases"))
    df = individuals.filter(F.col("age") >= ADULT).select(
        "individual_id", F.explode(F.sequence(big(0), big(periods - 1))).alias("period")
    )
    df = df.withColumn("visits", d.count(stream, usual * rate, _MOST - 1, "individual_id", "period"))
    df = df.filter(F.col("visits") > 0)
    df = df.withColumn("k", F.explode(F.sequence(big(0), F.col("visits") - big(1))))
    chain = (F.col("individual_id") * big(_PERIODS) + F.col("period")) * big(_MOST) + F.col("k")
    df = df.withColumn("chain", chain)
    start = big(start_micros(config)) + F.col("period") * big(PERIOD_DAYS * DAY)
    at = odd(start + d.below(f"{stream}_time", PERIOD_DAYS * DAY, "chain"))
    df = df.withColumn("root_us", at).withColumn("origin", big(origin))
    return df.filter(in_season(d, "purchases", F.col("root_us"), "origin", "chain")).select(
        "origin",
        "chain",
        "individual_id",
        d.between(f"{stream}_advertiser", 1, cfg.num_advertisers, "chain").alias("advertiser_id"),
        "root_us",
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
        _over().alias("over_us"),
    ).join(
        visits.select("origin", "chain", "individual_id", "advertiser_id", "root_us"),
        ["individual_id", "advertiser_id"],
    )
    before = before.filter(
        (F.col("exposure_us") < F.col("root_us")) & (F.col("root_us") <= F.col("exposure_us") + F.col("window_us"))
    )
    latest = before.groupBy("origin", "chain").agg(
        F.max(
            F.struct("exposure_us", (-F.col("exposure_id")).alias("minus_id"), "campaign_id", "window_us", "over_us")
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
        F.col("latest")["over_us"].alias("over_us"),
    )
