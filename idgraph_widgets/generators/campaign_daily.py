"""Companion: what each campaign did per UTC day."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import int_div
from idgraph_widgets.generators.addresses import DAY
from idgraph_widgets.generators.advertising import big
from idgraph_widgets.schema.campaign_daily import TABLE


def generate_campaign_daily(
    spark: SparkSession,
    config: GenerationConfig,
    campaigns: DataFrame,
    campaign_exposures: DataFrame,
    response_events: DataFrame,
) -> DataFrame:
    """Sums per campaign and day of whole blocks of households; rows of several chunks add up.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    campaigns, campaign_exposures, response_events : DataFrame

    Returns
    -------
    DataFrame
        Columns of ``TABLE``.
    """
    shown = campaign_exposures.groupBy("campaign_id", _day("exposure_ts")).agg(
        F.count("*").alias("impressions"),
        big(0).alias("clicks"),
        big(0).alias("conversions"),
        big(0).alias("cents"),
        F.sum((F.col("cost") * F.lit(1_000_000)).cast("bigint")).alias("micro"),
    )
    kind = F.col("response_type")
    bought = F.when(kind == "purchase", (F.col("revenue") * F.lit(100)).cast("bigint")).otherwise(big(0))
    done = (
        response_events.filter(F.col("campaign_id").isNotNull() & kind.isin("click", "purchase"))
        .groupBy("campaign_id", _day("response_ts"))
        .agg(
            big(0).alias("impressions"),
            F.sum(F.when(kind == "click", big(1)).otherwise(big(0))).alias("clicks"),
            F.sum(F.when(kind == "purchase", big(1)).otherwise(big(0))).alias("conversions"),
            F.sum(bought).alias("cents"),
            big(0).alias("micro"),
        )
    )
    names = ("impressions", "clicks", "conversions", "cents", "micro")
    sums = shown.unionByName(done).groupBy("campaign_id", "day").agg(*[F.sum(c).alias(c) for c in names])
    cent, millionth = F.lit("0.01").cast("decimal(18,2)"), F.lit("0.000001").cast("decimal(18,6)")
    return TABLE.select(
        sums.select(
            "*",
            F.date_from_unix_date(F.col("day").cast("int")).alias("metric_date"),
            (F.col("cents").cast("decimal(18,0)") * cent).alias("revenue"),
            (F.col("micro").cast("decimal(18,0)") * millionth).alias("spend"),
        )
    )


def _day(column: str):
    return int_div(F.unix_micros(column), DAY).alias("day")
