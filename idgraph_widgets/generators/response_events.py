"""Table 9: response_events, and what really caused each purchase."""

from __future__ import annotations

import math

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, quantile_frame, quantiles_lognormal, with_scrambled
from idgraph_widgets.generators.addresses import end_micros
from idgraph_widgets.generators.advertising import big, campaign_plan
from idgraph_widgets.generators.response_chains import CLICK, LAGS, ORGANIC, buys, chains, load_time, odd
from idgraph_widgets.schema.response_events import PATHS, TABLE, TYPES
from idgraph_widgets.schema.truth_conversion import TABLE as TRUTH

_CLICK, _VISIT, _SIGN_UP, _CART, _PURCHASE = range(5)
_DAYS = 86_400


def generate_response_events(
    spark: SparkSession,
    config: GenerationConfig,
    campaigns: DataFrame,
    individuals: DataFrame,
    campaign_exposures: DataFrame,
    ghosts: DataFrame,
    responses: DataFrame | None = None,
) -> DataFrame:
    """The responses of the people of whole blocks of households.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    campaigns, individuals, campaign_exposures : DataFrame
        `campaigns` is complete; the others hold the blocks concerned.
    ghosts : DataFrame
        The result of `plan_ghosts` for them: what held-out people were kept from.
    responses : DataFrame, optional
        The result of `plan_response_events` for them, if it was written down.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``.
    """
    events = responses
    if events is None:
        events = plan_response_events(spark, config, campaigns, individuals, campaign_exposures, ghosts)
    d = Draws(config.seed, "response_events")
    basket = config.campaign_config.basket_value
    cents = quantiles_lognormal(basket["median"], basket["sigma"], LAGS, 100)
    events = events.withColumn("ticket", d.below("basket", LAGS, "response_id")).join(
        F.broadcast(quantile_frame(spark, [max(1, c) for c in cents], "ticket", "cents")), "ticket"
    )
    dollars = F.col("cents").cast("decimal(18,0)") * F.lit("0.01").cast("decimal(18,2)")
    path = (
        F.when((F.col("origin") == CLICK) & ~F.col("unclicked"), PATHS[0])
        .when(F.col("exposure_id").isNotNull(), PATHS[1])
        .otherwise(PATHS[2])
    )
    kind = F.lit(TYPES[-1])
    for code, name in enumerate(TYPES[:-1]):
        kind = F.when(F.col("type") == code, name).otherwise(kind)
    return TABLE.select(
        events.select(
            "*",
            path.alias("conversion_path"),
            kind.alias("response_type"),
            F.timestamp_micros("micros").alias("response_ts"),
            F.call_function("div", F.col("micros") - F.col("exposure_us"), big(1_000_000)).alias("lag_seconds"),
            F.when(F.col("type") == _PURCHASE, dollars).alias("revenue"),
        )
    )


def generate_truth_conversion(
    spark: SparkSession,
    config: GenerationConfig,
    campaigns: DataFrame,
    individuals: DataFrame,
    campaign_exposures: DataFrame,
    ghosts: DataFrame,
    responses: DataFrame | None = None,
) -> DataFrame:
    """One row per purchase of `generate_response_events`; same arguments. Columns of ``TRUTH``."""
    events = responses
    if events is None:
        events = plan_response_events(spark, config, campaigns, individuals, campaign_exposures, ghosts)
    purchases = events.filter(F.col("type") == _PURCHASE)
    return TRUTH.select(purchases.select("response_id", F.col("cause_id").alias("causing_exposure_id")))


def plan_response_events(
    spark: SparkSession,
    config: GenerationConfig,
    campaigns: DataFrame,
    individuals: DataFrame,
    campaign_exposures: DataFrame,
    ghosts: DataFrame,
) -> DataFrame:
    """What the two tables of this module are made from: every response with its chain's columns and its keys."""
    plan = campaign_plan(config, campaigns)
    df = _timed(spark, config, chains(spark, config, plan, individuals, campaign_exposures, ghosts))
    with_click = (F.col("origin") == CLICK) & ~F.col("unclicked")
    steps = [
        (_CLICK, F.when(with_click, F.col("root_us")), None),
        (_VISIT, F.col("visit_us"), F.when(with_click, big(_CLICK))),
        (_SIGN_UP, F.col("sign_up_us"), big(_VISIT)),
        (_CART, F.col("cart_us"), big(_VISIT)),
        (_PURCHASE, F.col("purchase_us"), big(_CART)),
    ]
    df = df.withColumn(
        "step",
        F.explode(
            F.array(
                *[
                    F.struct(
                        big(code).alias("type"),
                        at.alias("micros"),
                        (F.lit(None).cast("bigint") if parent is None else parent).alias("parent"),
                    )
                    for code, at, parent in steps
                ]
            )
        ),
    ).select("*", "step.type", "step.micros", "step.parent")
    inside = F.col("micros") < big(end_micros(config))
    reached = F.col("until_us").isNull() | (F.col("micros") <= F.col("until_us"))
    df = df.filter(F.col("micros").isNotNull() & inside & reached)
    d = Draws(config.seed, "response_events")
    df = _with_key(df, d, "response_id", F.col("type"))
    return _with_key(df, d, "parent_response_id", F.col("parent"))


def _with_key(df: DataFrame, d: Draws, name: str, kind: SparkColumn) -> DataFrame:
    """Add the key of a response of the row's chain, null where `kind` is.

    Scrambled, because it would tell the chain's origin.
    """
    place = (F.col("chain") * big(len(TYPES)) + kind) * big(3) + F.col("origin")
    df = with_scrambled(df, name, d, "response_id", place, 52, rounds=4)
    return df.withColumn(name, F.col(name) + big(1))


def _timed(spark: SparkSession, config: GenerationConfig, df: DataFrame) -> DataFrame:
    """When each step of a chain happens; null where it does not. Times rise from parent to child."""
    cfg = config.campaign_config
    d = Draws(config.seed, "response_events")
    lags = quantile_frame(spark, conversion_lags(), "ticket", "lag_us")
    df = df.withColumn("ticket", d.below("purchase_lag", LAGS, "origin", "chain"))
    df = df.join(F.broadcast(lags), "ticket").withColumn("buy_us", _in_reach(F.col("lag_us"))).drop("lag_us")
    df = df.withColumn("ticket", d.below("sign_up_lag", LAGS, "origin", "chain"))
    df = df.join(F.broadcast(lags), "ticket").withColumn("lag_us", _in_reach(F.col("lag_us")))

    def happens(name: str, share: float):
        return buys(config, name, share, "origin", "chain")

    def jitter(name: str):
        return d.below(name, 1_000_000, "origin", "chain")

    visit = F.when((F.col("origin") != CLICK) | F.col("unclicked"), F.col("root_us")).otherwise(
        F.when(happens("visit", cfg.click_to_visit), odd(F.col("root_us") + load_time(config, "origin", "chain")))
    )
    df = df.withColumn("visit_us", visit)
    # The cart fills somewhere between 5 and 90 % of the way to the purchase.
    part = F.call_function("div", F.col("buy_us"), big(100)) * d.between("cart_part", 5, 90, "origin", "chain")
    df = df.withColumn(
        "sign_up_us",
        F.when(
            happens("sign_up", cfg.visit_to_sign_up),
            odd(F.col("visit_us") + F.col("lag_us") + jitter("sign_up_jitter")),
        ),
    ).withColumn(
        "cart_us", F.when(happens("cart", cfg.visit_to_cart), odd(F.col("visit_us") + part + jitter("cart_jitter")))
    )
    return df.withColumn(
        "purchase_us",
        F.when(
            F.col("cart_us").isNotNull() & happens("purchase", cfg.cart_to_purchase),
            odd(F.col("visit_us") + F.col("buy_us") + jitter("purchase_jitter")),
        ),
    )


def _in_reach(lag: SparkColumn) -> SparkColumn:
    """The lag, or for a chain that no ad caused a part of it, so that the chain ends within the window it carries.

    What comes after that window is not written. Were all of it lost to people who have seen an ad, they would buy
    less than those held out, and the ad would seem to do harm. So what they would have done before the campaign's
    last window ends, when its holdout is compared, is done within the window of their exposure.
    """
    least, margin = big(60_000_000), big(2_000_000)  # one minute; what jitter and rounding may add
    room = F.col("until_us") - F.col("root_us") - margin - least
    late = (room > least) & (lag >= room) & (F.col("root_us") + lag < F.col("over_us"))
    # An engine may evaluate the branch that is not taken: never divide by nothing.
    moved = F.pmod(lag, F.greatest(room, least)) + least
    return F.when((F.col("origin") == ORGANIC) & late, moved).otherwise(lag)


def conversion_lags() -> list[int]:
    """Quantiles of the time from a visit to its conversion, in microseconds (whole seconds, at least 60).

    The mixture .36 Exp(20 min) + .29 Exp(2 d) + .35 Exp(12 d), cut at 30 days: 36 % within an hour, 52 %
    within a day, as published for conversions after a click (Chapelle, KDD 2014).
    """
    parts = ((0.36, 20 * 60.0), (0.29, 2.0 * _DAYS), (0.35, 12.0 * _DAYS))
    cut = 30 * _DAYS

    def below(seconds: float) -> float:
        return sum(share * (1 - math.exp(-seconds / mean)) for share, mean in parts)

    lags, total, low = [], below(cut), 0
    for i in range(LAGS):
        target = (i + 0.5) / LAGS * total
        high = cut
        while low < high:  # first whole second at which the share is reached
            middle = (low + high) // 2
            if below(middle) < target:
                low = middle + 1
            else:
                high = middle
        lags.append(max(60, low) * 1_000_000)
    return lags
