"""Credit for purchases under five rules, in whole millionths of a purchase and whole cents.

Every rule gives each exposure a weight; its share is weight / sum of weights, cut to six decimals, and its
revenue is revenue · share, cut to cents. The latest exposure takes what cutting left over, so that the
credit of a purchase sums to exactly one purchase and to exactly its revenue.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from idgraph_widgets.draws import steps
from idgraph_widgets.generators.addresses import DAY
from idgraph_widgets.generators.advertising import big
from idgraph_widgets.schema.outcome_metrics import MODELS

ONE = 1_000_000
"""One purchase, in the unit of credit."""

LONGEST_WINDOW_DAYS = 90
"""Longest attribution window a configuration may ask for."""


def decay_weights(days: int = LONGEST_WINDOW_DAYS + 1) -> list[int]:
    """round(2^(-d/7) · 10^6) for ages of 0, 1, ... whole days, by integer arithmetic."""
    root = _seventh_root_of_half()
    return [_rounded(root**day, 10 ** (_DIGITS * day)) for day in range(days)]


_DIGITS = 30


def _seventh_root_of_half() -> int:
    """2^(-1/7) · 10^30, rounded down: the largest x with x^7 not above 10^210 / 2."""
    low, high, target = 0, 10**_DIGITS, 10 ** (7 * _DIGITS) // 2
    while high - low > 1:
        middle = (low + high) // 2
        if middle**7 <= target:
            low = middle
        else:
            high = middle
    return low


def _rounded(value: int, unit: int) -> int:
    return (2 * value * ONE + unit) // (2 * unit)


def touches(campaigns: DataFrame, campaign_exposures: DataFrame, response_events: DataFrame) -> DataFrame:
    """Every exposure that shares in a purchase.

    Returns
    -------
    DataFrame
        ``response_id``, ``campaign_id``, ``cents`` (of the purchase), ``days`` (whole days of age), and per
        purchase ``place`` (0 = first), ``touches`` (their number) and ``weights`` (sum of decay weights).
    """
    purchases = response_events.filter(
        (F.col("response_type") == "purchase") & (F.col("conversion_path") != "organic")
    ).select(
        "response_id",
        "individual_id",
        "advertiser_id",
        F.unix_micros("response_ts").alias("bought_us"),
        (F.col("revenue") * F.lit(100)).cast("bigint").alias("cents"),
    )
    windows = campaigns.select(
        "campaign_id", "advertiser_id", (F.col("attribution_window_days").cast("bigint") * big(DAY)).alias("window_us")
    )
    seen = campaign_exposures.select(
        "exposure_id", "campaign_id", "individual_id", F.unix_micros("exposure_ts").alias("seen_us")
    ).join(F.broadcast(windows), "campaign_id")
    pairs = seen.join(purchases, ["individual_id", "advertiser_id"]).filter(
        (F.col("seen_us") < F.col("bought_us")) & (F.col("bought_us") <= F.col("seen_us") + F.col("window_us"))
    )
    days = F.call_function("div", F.col("bought_us") - F.col("seen_us"), big(DAY))
    pairs = pairs.withColumn("days", days).withColumn("weight", _decay(F.col("days")))
    # Of two exposures at the same time the lower key counts as the later one: it is the one a chain carries.
    ordered = F.array_sort(
        F.collect_list(F.struct("seen_us", (-F.col("exposure_id")).alias("order"), "campaign_id", "days", "weight"))
    )
    purchase = pairs.groupBy("response_id", "cents").agg(ordered.alias("list"), F.sum("weight").alias("weights"))
    return purchase.select(
        "response_id",
        "cents",
        "weights",
        F.size("list").cast("bigint").alias("touches"),
        F.posexplode("list").alias("place", "touch"),
    ).select(
        "response_id",
        "cents",
        "weights",
        "touches",
        F.col("place").cast("bigint").alias("place"),
        "touch.campaign_id",
        "touch.weight",
    )


def credits(touched: DataFrame) -> DataFrame:
    """Sums of credit per campaign and model: ``credit_micro`` and ``credit_cents``."""
    latest = F.col("place") == F.col("touches") - big(1)
    per_model = touched.select("*", F.posexplode(F.array(*[_share(model) for model in MODELS])).alias("model", "cut"))
    money = F.call_function("div", F.col("cents") * F.col("cut"), big(ONE))
    per_model = per_model.withColumn("cut_cents", money)
    # What the others got leaves the rest to the latest. Few rows: a window costs less than a second pass.
    purchase = Window.partitionBy("response_id", "model")

    def left(total: Column, cut: str) -> Column:
        return F.when(latest, total - F.sum(F.when(latest, big(0)).otherwise(F.col(cut))).over(purchase)).otherwise(
            F.col(cut)
        )

    given = per_model.select(
        "campaign_id", "model", left(big(ONE), "cut").alias("credit"), left(F.col("cents"), "cut_cents").alias("money")
    )
    return given.groupBy("campaign_id", "model").agg(
        F.sum("credit").alias("credit_micro"), F.sum("money").alias("credit_cents")
    )


def _share(model: str) -> Column:
    """Share of an exposure that is not the latest, in millionths; the latest takes the rest."""
    n, first = F.col("touches"), F.col("place") == big(0)
    if model == "last_touch":
        return big(0)
    if model == "first_touch":
        return F.when(first, big(ONE)).otherwise(big(0))
    if model == "linear":
        return F.call_function("div", big(ONE), n)
    if model == "time_decay":
        return F.call_function("div", F.col("weight") * big(ONE), F.col("weights"))
    middle = F.call_function("div", big(200_000), F.greatest(n - big(2), big(1)))
    ends = F.when(n == big(2), big(500_000)).otherwise(big(400_000))
    return F.when(first, ends).otherwise(middle)


def _decay(days: Column) -> Column:
    weights = decay_weights()
    return steps(days, list(range(1, len(weights) + 1)), [big(w) for w in weights])
