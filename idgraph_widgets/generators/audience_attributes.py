"""Table 6: audience_attributes, and its companion segment_rules."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import small_frame
from idgraph_widgets.generators.addresses import DAY, start_micros
from idgraph_widgets.generators.aggregates import count_if, distinct_days
from idgraph_widgets.generators.audience_rules import Rule, enabled_rules, slug
from idgraph_widgets.generators.clocks import day_index
from idgraph_widgets.generators.devices import ADULT
from idgraph_widgets.schema.audience_attributes import TABLE
from idgraph_widgets.schema.content_catalog import CONTENT_CATEGORIES
from idgraph_widgets.schema.segment_rules import TABLE as RULES_TABLE


def generate_segment_rules(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """The rules of the segments that are switched on: columns of ``RULES_TABLE``."""
    rows = [
        (
            rule.rule_id,
            rule.segment_id,
            rule.segment_name,
            rule.segment_type,
            rule.sql,
            rule.numerator,
            rule.denominator,
            rule.inputs,
            valid_from(config, rule),
        )
        for rule in enabled_rules(config)
    ]
    return spark.createDataFrame(rows, schema=RULES_TABLE.struct_type())


def valid_from(config: GenerationConfig, rule: Rule):
    """The date from which membership by this rule holds."""
    if rule.segment_type == "demographic":
        return config.start_date
    return config.start_date + timedelta(days=config.audience_config.lookback_days)


def generate_audience_attributes(
    spark: SparkSession,
    config: GenerationConfig,
    households: DataFrame,
    individuals: DataFrame,
    identity_mappings: DataFrame,
    content_engagements: DataFrame,
) -> DataFrame:
    """Apply the rules to these people.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    households, individuals, identity_mappings, content_engagements : DataFrame
        Tables 1-4, or the parts that cover the same people.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``, one row per adult and segment.
    """
    rules = enabled_rules(config)
    if not rules:
        return spark.createDataFrame([], schema=TABLE.struct_type())
    people = _features(config, households, individuals, identity_mappings, content_engagements)
    found = [
        F.when(
            F.expr(rule.sql),
            F.struct(
                F.lit(rule.number).cast("bigint").alias("number"),
                F.expr(f"cast({rule.numerator} as bigint)").alias("num"),
                F.expr(f"cast({rule.denominator} as bigint)").alias("den"),
            ),
        )
        for rule in rules
    ]
    df = people.select("individual_id", F.explode(F.array_compact(F.array(*found))).alias("m"))
    df = df.select("individual_id", "m.*").join(F.broadcast(_rule_frame(spark, config, rules)), "number")
    df = df.withColumn("attribute_id", F.col("individual_id") * F.lit(1024) + F.col("number"))
    return TABLE.select(df.withColumn("score", F.col("num").cast("double") / F.col("den").cast("double")))


def _rule_frame(spark: SparkSession, config: GenerationConfig, rules: list[Rule]) -> DataFrame:
    rows = [(r.number, r.segment_id, r.segment_name, r.segment_type, r.rule_id, valid_from(config, r)) for r in rules]
    columns = ["number", "segment_id", "segment_name", "segment_type", "rule_id", "valid_from_date"]
    return small_frame(spark, pd.DataFrame(rows, columns=columns))


def _features(config, households, individuals, identity_mappings, content_engagements) -> DataFrame:
    """One row per adult with the columns that `audience_rules` describes."""
    end = start_micros(config) + config.audience_config.lookback_days * DAY
    home = households.select(
        "household_id",
        "household_size",
        "household_type",
        "has_children",
        "annual_income",
        "state",
        "census_region",
        "county_size_class",
    )
    person = individuals.filter(F.col("age") >= ADULT).select(
        "individual_id", "household_id", "age", "gender", "education", "employment_status", "role"
    )
    seen = (
        identity_mappings.filter(F.unix_micros("first_seen_ts") < F.lit(end))
        .groupBy("individual_id")
        .agg(
            F.countDistinct("device_id").alias("devices"),
            count_if(F.col("identifier_type") == "ctv_id").alias("ctv_ids"),
            count_if(F.col("identifier_type").isin("idfa", "gaid")).alias("mobile_ids"),
            count_if(F.col("identifier_type") == "cookie").alias("cookies"),
        )
    )
    acts = _activity(config, content_engagements.filter(F.unix_micros("engagement_ts") < F.lit(end)))
    df = person.join(home, "household_id").join(seen, "individual_id", "left").join(acts, "individual_id", "left")
    counts = [c for c in (*seen.columns, *acts.columns) if c != "individual_id"]
    return df.fillna(0, subset=counts)


def _activity(config: GenerationConfig, engagements: DataFrame) -> DataFrame:
    category, kind = F.col("content_category"), F.col("content_type")
    click, device = F.col("engagement_type") == "click", F.col("device_type")
    day = day_index(F.unix_micros("engagement_ts"), start_micros(config))
    per_category = []
    for name in CONTENT_CATEGORIES:
        per_category.append(count_if(category == name).alias(f"events_{slug(name)}"))
        per_category.append(count_if((category == name) & click).alias(f"clicks_{slug(name)}"))
    return engagements.groupBy("individual_id").agg(
        F.count(F.lit(1)).alias("events"),
        count_if(click).alias("clicks"),
        F.sum("duration_seconds").alias("seconds"),
        distinct_days(day, config.audience_config.lookback_days).cast("bigint").alias("active_days"),
        F.sum(F.when(kind.isin("video", "live"), F.col("duration_seconds")).otherwise(0)).alias("video_seconds"),
        count_if(kind == "audio").alias("audio_events"),
        count_if(kind == "game").alias("game_events"),
        count_if(kind == "live").alias("live_events"),
        count_if(device == "ctv").alias("ctv_events"),
        count_if(device.isin("mobile", "tablet")).alias("mobile_events"),
        count_if(device == "desktop").alias("desktop_events"),
        *per_category,
    )
