"""Table 3: identity_mappings, the edges of the identity graph, and its truth."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws, int_div, with_scrambled
from idgraph_widgets.generators.addresses import end_micros
from idgraph_widgets.generators.identity_noise import false_links, true_links, with_matching
from idgraph_widgets.generators.identity_own import own_rows
from idgraph_widgets.generators.identity_rows import SLOT_BITS, People, persons
from idgraph_widgets.generators.identity_values import with_device_key
from idgraph_widgets.schema.identity_mappings import TABLE
from idgraph_widgets.schema.truth_identity import TABLE as TRUTH


def plan_persons(
    spark: SparkSession, config: GenerationConfig, households: DataFrame, individuals: DataFrame
) -> DataFrame:
    """People with what decides about their identifiers; `plan_own_identifiers` reads it many times."""
    return persons(config, households, individuals)


def plan_own_identifiers(spark: SparkSession, config: GenerationConfig, persons: DataFrame) -> DataFrame:
    """Everybody's own identifiers and which of the links go astray."""
    return with_matching(spark, config, own_rows(People(config, persons)))


def plan_false_links(spark: SparkSession, config: GenerationConfig, households: DataFrame, own: DataFrame) -> DataFrame:
    """What the links that go astray turn into."""
    return false_links(config, own, households)


def generate_identity_mappings(
    spark: SparkSession,
    config: GenerationConfig,
    households: DataFrame,
    individuals: DataFrame,
    own: DataFrame | None = None,
    astray: DataFrame | None = None,
) -> DataFrame:
    """The links of these people.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    households, individuals : DataFrame
        Tables 1 and 2, or the parts of them that cover the same whole blocks.
    own, astray : DataFrame, optional
        The results of `plan_own_identifiers` and `plan_false_links` for them, if they were written down. Planned
        in one go, the many small selections of the same people cost more than running them.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``, one row per asserted (person, identifier).
    """
    df = _links(spark, config, households, individuals, own, astray)
    last = F.lit(end_micros(config) - 1).cast("bigint")
    opted_out = F.when(F.col("out") <= last, F.col("out"))
    until = F.least(F.col("b") - F.lit(1), last, F.coalesce(opted_out - F.lit(1), last))
    df = with_device_key(config, _with_key(config, df), F.col("device_no"))
    df = (
        df.withColumn("confidence", F.col("conf").cast("double") / F.lit(float(SCALE)))
        .withColumn("first_seen_ts", F.timestamp_micros("a"))
        .withColumn("last_seen_ts", F.timestamp_micros(until))
        .withColumn("opted_out_ts", F.timestamp_micros(opted_out))
        .withColumn("is_active", (until == last) & opted_out.isNull())
    )
    return TABLE.select(df)


def generate_truth_identity(
    spark: SparkSession,
    config: GenerationConfig,
    households: DataFrame,
    individuals: DataFrame,
    own: DataFrame | None = None,
    astray: DataFrame | None = None,
) -> DataFrame:
    """The truth of the same links: columns of ``TRUTH``, one row per row of identity_mappings."""
    df = _links(spark, config, households, individuals, own, astray)
    true_home = int_div(F.col("true_id"), 16)
    relation = (
        F.when(F.col("true_id") == F.col("individual_id"), F.lit("owner"))
        .when(true_home == F.col("household_id"), F.lit("household_member"))
        .when(F.col("identifier_type") == "email", F.lit("former_owner"))
        .otherwise(F.lit("stranger"))
    )
    df = _with_key(config, df)
    return TRUTH.select(df.withColumn("true_individual_id", F.col("true_id")).withColumn("relation", relation))


def _with_key(config: GenerationConfig, df: DataFrame) -> DataFrame:
    """Add ``mapping_id`` of a person's slot: unique, and silent about the kind of slot."""
    number = F.col("individual_id") * F.lit(1 << SLOT_BITS) + F.col("slot")
    df = with_scrambled(df, "mapping_id", Draws(config.seed, "identity"), "mapping", number, 44)
    return df.withColumn("mapping_id", F.col("mapping_id") + F.lit(1))


def _links(spark, config, households, individuals, own, astray) -> DataFrame:
    """All rows, true and false, that are in the window."""
    if own is None:
        own = plan_own_identifiers(spark, config, persons(config, households, individuals))
    if astray is None:
        astray = plan_false_links(spark, config, households, own)
    rows = true_links(own).unionAll(astray)
    opened = F.col("out").isNull() | (F.col("out") > F.col("a"))
    return rows.filter((F.col("a") < F.lit(end_micros(config))) & (F.col("b") > F.col("a")) & opened)
