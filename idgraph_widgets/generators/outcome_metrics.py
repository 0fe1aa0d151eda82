"""Table 10: outcome_metrics, an exact aggregate of exposures and responses.

People, households and their identifiers belong to one block, so reach adds up over chunks; credit is
settled per purchase, whose exposures are those of one person. Only the ratios wait for the sums.
"""

from __future__ import annotations

import pandas as pd
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import small_frame
from idgraph_widgets.generators.advertising import big
from idgraph_widgets.generators.attribution import MODELS, ONE, credits, touches
from idgraph_widgets.schema.outcome_metrics import TABLE

COUNTS = (
    "impressions",
    "viewable_impressions",
    "reach",
    "household_reach",
    "identifier_reach",
    "clicks",
    "site_visits",
    "sign_ups",
    "conversions",
    "spend_micro",
    "credit_micro",
    "credit_cents",
)
"""The additive columns of partials, all BIGINT."""

_RESPONSES = {"clicks": "click", "site_visits": "site_visit", "sign_ups": "sign_up", "conversions": "purchase"}


def outcome_partials(
    spark: SparkSession,
    config: GenerationConfig,
    campaigns: DataFrame,
    identity_mappings: DataFrame,
    campaign_exposures: DataFrame,
    response_events: DataFrame,
) -> DataFrame:
    """Sums of one chunk of whole blocks: ``campaign_id``, ``attribution_model`` and ``COUNTS``.

    One row per model for each campaign that has exposures in the chunk. Over chunks the rows of a campaign
    and model add up to its totals.
    """
    shown = _delivery(identity_mappings, campaign_exposures).join(_responses(response_events), "campaign_id", "left")
    models = F.posexplode(F.array(*[F.lit(m) for m in MODELS])).alias("model", "attribution_model")
    shown = shown.select("*", models)
    credit = credits(touches(campaigns, campaign_exposures, response_events))
    joined = shown.join(credit, ["campaign_id", "model"], "left")
    return joined.select("campaign_id", "attribution_model", *[F.coalesce(F.col(c), big(0)).alias(c) for c in COUNTS])


def _delivery(identity_mappings: DataFrame, campaign_exposures: DataFrame) -> DataFrame:
    """Impressions, spend and the three kinds of reach per campaign."""
    # Grouped person by person, then home by home: engines count distinct values far more slowly.
    people = campaign_exposures.groupBy("campaign_id", "household_id", "individual_id").agg(
        F.count("*").alias("n"),
        F.sum(F.when(F.col("is_viewable"), big(1)).otherwise(big(0))).alias("seen"),
        F.sum((F.col("cost") * F.lit(1_000_000)).cast("bigint")).alias("micro"),
    )
    homes = people.groupBy("campaign_id", "household_id").agg(
        F.count("*").alias("people"), *[F.sum(c).alias(c) for c in ("n", "seen", "micro")]
    )
    delivered = homes.groupBy("campaign_id").agg(
        F.sum("n").alias("impressions"),
        F.sum("seen").alias("viewable_impressions"),
        F.sum("people").alias("reach"),
        F.count("*").alias("household_reach"),
        F.sum("micro").alias("spend_micro"),
    )
    # A hash of type and value tells the identifiers of one household apart.
    values = identity_mappings.select(
        "mapping_id", F.xxhash64("identifier_type", "identifier_value").alias("identifier")
    )
    used = campaign_exposures.select("campaign_id", "household_id", "mapping_id").distinct()
    met = used.join(values, "mapping_id").select("campaign_id", "household_id", "identifier").distinct()
    return delivered.join(met.groupBy("campaign_id").agg(F.count("*").alias("identifier_reach")), "campaign_id")


def _responses(response_events: DataFrame) -> DataFrame:
    carried = response_events.filter(F.col("campaign_id").isNotNull())
    return carried.groupBy("campaign_id").agg(
        *[
            F.sum(F.when(F.col("response_type") == kind, big(1)).otherwise(big(0))).alias(name)
            for name, kind in _RESPONSES.items()
        ]
    )


def published_partials(outcome_metrics: DataFrame) -> DataFrame:
    """The sums behind a published table 10, exactly: what `outcome_partials` gave for all its chunks."""
    units = {"spend_micro": ("spend", ONE), "credit_micro": ("attributed_conversions", ONE)}
    units["credit_cents"] = ("attributed_revenue", 100)
    counts = [
        (F.col(units[c][0]) * F.lit(units[c][1])).cast("bigint").alias(c) if c in units else F.col(c) for c in COUNTS
    ]
    return outcome_metrics.select("campaign_id", "attribution_model", *counts)


def generate_outcome_metrics(
    spark: SparkSession, config: GenerationConfig, campaigns: DataFrame, partials: DataFrame
) -> DataFrame:
    """Five rows for every campaign.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    campaigns : DataFrame
    partials : DataFrame
        The rows of `outcome_partials` of all chunks.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``. Ratios are null where the denominator is 0.
    """
    models = small_frame(spark, pd.DataFrame({"attribution_model": list(MODELS)}))
    sums = partials.groupBy("campaign_id", "attribution_model").agg(*[F.sum(c).alias(c) for c in COUNTS])
    df = campaigns.select("campaign_id").crossJoin(F.broadcast(models))
    df = df.join(sums, ["campaign_id", "attribution_model"], "left")
    df = df.select("campaign_id", "attribution_model", *[F.coalesce(F.col(c), big(0)).alias(c) for c in COUNTS])
    spend = F.col("spend_micro")
    return TABLE.select(
        df.select(
            "*",
            _rate("impressions", "reach").alias("avg_frequency"),
            _decimal(F.col("credit_micro"), 6).alias("attributed_conversions"),
            _decimal(F.col("credit_cents"), 2).alias("attributed_revenue"),
            _decimal(spend, 6).alias("spend"),
            _rate("clicks", "impressions").alias("ctr"),
            _rate("conversions", "clicks").alias("conversion_rate"),
            _ratio(spend * big(1000), F.col("impressions"), 0).alias("cpm"),
            _ratio(spend, F.col("clicks"), 0).alias("cpc"),
            _ratio(spend, F.col("credit_micro"), 6).alias("cpa"),
            _ratio(F.col("credit_cents") * big(10_000), spend, 6).alias("roas"),
        )
    )


def _rate(above: str, below: str) -> SparkColumn:
    divisor = F.when(F.col(below) > 0, F.col(below).cast("double"))
    return F.col(above).cast("double") / divisor


def _ratio(above: SparkColumn, below: SparkColumn, digits: int) -> SparkColumn:
    """Above / below with that many more decimals than `above` has, half up, as DECIMAL(18,6).

    Long division, three digits at a time: engines round decimal quotients differently and the products of a
    direct division would not fit a BIGINT.
    """
    divisor = F.when(below > 0, below)
    quotient = F.call_function("div", above, divisor)
    rest = F.pmod(above, divisor)
    for _ in range(digits // 3):
        quotient = quotient * big(1000) + F.call_function("div", rest * big(1000), divisor)
        rest = F.pmod(rest * big(1000), divisor)
    return _decimal(quotient + F.when(rest * big(2) >= divisor, big(1)).otherwise(big(0)), 6)


def _decimal(units: SparkColumn, digits: int) -> SparkColumn:
    one = "0." + "0" * (digits - 1) + "1"
    return (units.cast("decimal(18,0)") * F.lit(one).cast(f"decimal(18,{digits})")).cast(f"decimal(18,{digits})")
