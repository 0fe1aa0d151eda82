"""Table 5: viewership_patterns, engagements per person and content category."""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, int_div
from idgraph_widgets.generators.addresses import start_micros
from idgraph_widgets.generators.aggregates import count_if, distinct_days
from idgraph_widgets.generators.clocks import day_index, daypart, offsets
from idgraph_widgets.schema.identity_mappings import DEVICE_TYPES
from idgraph_widgets.schema.viewership_patterns import DAYPART_NAMES, TABLE


def generate_viewership_patterns(
    spark: SparkSession, config: GenerationConfig, households: DataFrame, content_engagements: DataFrame
) -> DataFrame:
    """Add up these engagements.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    households : DataFrame
        Table 1, for the local time of the asserted person.
    content_engagements : DataFrame
        Table 4.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``, one row per person and category with an engagement.
    """
    homes = households.select(F.col("household_id").alias("home"), "state").join(offsets(spark), "state")
    df = content_engagements.withColumn("home", int_div(F.col("individual_id"), 16)).join(homes, "home")
    df = df.withColumn("t", F.unix_micros("engagement_ts"))
    df = df.withColumn("part", daypart(F.col("t"), F.col("offset")))
    df = df.withColumn("d", day_index(F.col("t"), start_micros(config)))
    grouped = df.groupBy("individual_id", "content_category").agg(
        F.count(F.lit(1)).alias("engagement_count"),
        *[count_if(F.col("engagement_type") == t).alias(f"{t}_count") for t in ("view", "click", "share", "complete")],
        F.sum("duration_seconds").alias("total_seconds"),
        F.sum((F.col("completion_rate") * F.lit(float(SCALE)) + F.lit(0.5)).cast("bigint")).alias("k"),
        *[count_if(F.col("device_type") == t).alias(f"device_{t}") for t in DEVICE_TYPES],
        *[count_if(F.col("part") == t).alias(f"part_{t}") for t in DAYPART_NAMES],
        distinct_days(F.col("d"), (config.end_date - config.start_date).days).alias("active_days"),
        F.min("engagement_ts").alias("first_engaged_ts"),
        F.max("engagement_ts").alias("last_engaged_ts"),
    )
    rate = F.col("k").cast("double") / (F.col("engagement_count") * F.lit(SCALE)).cast("double")
    categories = sorted(config.engagement_config.category_weights)
    number = F.lit(0).cast("bigint")
    for i, category in enumerate(categories):
        number = F.when(F.col("content_category") == category, F.lit(i).cast("bigint")).otherwise(number)
    result = (
        grouped.withColumn("pattern_id", F.col("individual_id") * F.lit(64) + number + F.lit(1))
        .withColumn("avg_completion_rate", rate)
        .withColumn("primary_device_type", _most(DEVICE_TYPES, "device_"))
        .withColumn("primary_daypart", _most(DAYPART_NAMES, "part_"))
    )
    return TABLE.select(result)


def _most(values: tuple[str, ...], prefix: str) -> SparkColumn:
    """The value with the largest count; ties go to the alphabetically first."""
    columns = [F.col(f"{prefix}{value}") for value in values]
    best = F.greatest(*columns)
    ordered = sorted(values)
    expression = F.lit(ordered[-1])
    for value in reversed(ordered[:-1]):
        expression = F.when(F.col(f"{prefix}{value}") == best, F.lit(value)).otherwise(expression)
    return expression
