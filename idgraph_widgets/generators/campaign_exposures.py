"""Table 8: campaign_exposures.

A campaign reaches a share of the cap-scope units of eligible people; each unit gets its exposures at times
that keep both caps by construction (see `frequency`); each exposure goes to one of the unit's identifiers
alive at that time, or to none. Then budgets are settled per block of households and UTC day.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws, int_div
from idgraph_widgets.generators import frequency
from idgraph_widgets.generators.ad_budgets import block_stops
from idgraph_widgets.generators.ad_reach import reached_units
from idgraph_widgets.generators.addresses import DAY, end_micros, with_ip
from idgraph_widgets.generators.advertising import (
    big,
    campaign_plan,
    clicked,
    held_out,
    household_of,
    ramped_up,
    viewable,
    worn,
)
from idgraph_widgets.generators.blocks import budget_block
from idgraph_widgets.generators.inventory import TICKETS, inventory_frame
from idgraph_widgets.schema.campaign_exposures import TABLE

CREATIVES = 3


def generate_campaign_exposures(
    spark: SparkSession,
    config: GenerationConfig,
    campaigns: DataFrame,
    households: DataFrame,
    individuals: DataFrame,
    identity_mappings: DataFrame,
    truth_identity: DataFrame,
    audience_attributes: DataFrame,
    planned: DataFrame | None = None,
    block_starts: Sequence[int] = (),
) -> DataFrame:
    """The exposures of whole blocks of households.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    campaigns, households, individuals, identity_mappings, truth_identity, audience_attributes : DataFrame
        `campaigns` is complete; the others hold the blocks concerned.
    planned : DataFrame, optional
        The result of `plan_campaign_exposures` for them, if it was written down. It is needed twice, and a
        session cannot keep an intermediate result.
    block_starts : sequence of int
        Where appends of households began inside a block; budgets are settled apart from there.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``.
    """
    if planned is None:
        people = (households, individuals, identity_mappings)
        planned = plan_campaign_exposures(spark, config, campaigns, *people, audience_attributes)
    plan = campaign_plan(config, campaigns)
    shown = running(plan, households, planned, block_starts).filter(~F.col("held"))
    return TABLE.select(_described(spark, config, _with_identifier(shown, identity_mappings, truth_identity)))


def running(plan: DataFrame, households: DataFrame, planned: DataFrame, block_starts: Sequence[int] = ()) -> DataFrame:
    """The planned rows, held ones included, of days before the campaign's budget in their block is spent."""
    paid = planned.filter((F.col("cost_micro") > 0) & ~F.col("held"))
    spending = paid.withColumn("day", int_div(F.col("micros"), DAY))
    stops = block_stops(plan, households, spending, block_starts)
    block = budget_block(F.col("household_id"), block_starts)
    df = planned.withColumn("block", block).join(F.broadcast(stops), ["campaign_id", "block"], "left")
    return df.filter(F.col("stop_day").isNull() | (F.col("micros") < F.col("stop_day") * big(DAY)))


def plan_campaign_exposures(
    spark: SparkSession,
    config: GenerationConfig,
    campaigns: DataFrame,
    households: DataFrame,
    individuals: DataFrame,
    identity_mappings: DataFrame,
    audience_attributes: DataFrame,
) -> DataFrame:
    """Every exposure that would happen if no budget ended: what it meets, when and at what cost.

    Also, marked by ``held``, the clicks there would be in held-out households if they were not.
    """
    plan = campaign_plan(config, campaigns)
    units = reached_units(config, plan, households, individuals, identity_mappings, audience_attributes)
    return _met(config, _times(spark, config, plan, units))


def _times(spark: SparkSession, config: GenerationConfig, plan: DataFrame, units: DataFrame) -> DataFrame:
    """One row per planned exposure inside the window: its key and time."""
    d = Draws(config.seed, "campaign_exposures")
    columns = [
        "campaign_id", "curve", "start_us", "flight_us", "cut_us", "most", "mean_e4", "channel_code",
        "view_limit", "click_limit", "complete_e4", "impression_micro", "click_micro",
    ]  # fmt: skip
    df = units.join(F.broadcast(plan.select(*columns)), "campaign_id")
    df = df.withColumn("held", held_out(config, F.col("campaign_id"), F.col("household_id")))
    df = frequency.with_exposure_count(spark, config, df)
    df = df.withColumn("part", frequency.part_length(F.col("n"), F.col("flight_us")))
    df = df.withColumn("jitter", frequency.jitter_range(F.col("n"), F.col("part"), F.col("cut_us")))
    df = frequency.with_midnight(spark, config, df)
    df = df.drop("cut_us", "most", "mean_e4")
    df = df.withColumn("j", F.explode(F.sequence(big(0), F.col("n") - big(1))))
    df = df.withColumn("exposure_id", F.col("first_key") + F.col("j"))
    position = F.col("j") * F.col("part") + d.below("time", F.col("jitter"), "exposure_id")
    df = frequency.with_clock_time(spark, config, df.withColumn("position", position))
    df = df.withColumn("micros", F.col("start_us") + F.col("elapsed"))
    df = df.withColumn("click_limit", worn(config, F.col("click_limit"), F.col("elapsed"), F.col("flight_us")))
    delivered = ramped_up(config, F.col("exposure_id"), F.col("elapsed"))
    return df.filter((F.col("micros") < big(end_micros(config))) & delivered).drop(
        "flight_us",
        "first_key",
        "n",
        "part",
        "jitter",
        "midnight",
        "j",
        "position",
        "elapsed",
        "local_hour",
        "curve",
        "start_us",
    )


def _met(config: GenerationConfig, times: DataFrame) -> DataFrame:
    """Each exposure with the identifier it goes to and its cost; without those that meet nobody."""
    d = Draws(config.seed, "campaign_exposures")
    alive = F.filter("rows", lambda r: (r["alive_from"] <= F.col("micros")) & (r["alive_to"] >= F.col("micros")))
    df = times.withColumn("alive", alive).filter(F.size("alive") > 0)
    pick = d.below("row", F.greatest(F.size("alive"), F.lit(1)).cast("bigint"), "exposure_id")
    df = df.withColumn("row", F.get("alive", pick.cast("int")))
    df = df.withColumn("is_viewable", viewable(config, F.col("exposure_id"), F.col("view_limit")))
    click = F.col("is_viewable") & clicked(config, F.col("exposure_id"), F.col("micros"), F.col("click_limit"))
    cost = F.col("impression_micro") + F.when(click, F.col("click_micro")).otherwise(big(0))
    # Nobody sees what is held back; only clicks matter, for what would have been bought anyway.
    df = df.filter(~F.col("held") | click)
    return df.select(
        "held",
        "exposure_id",
        "campaign_id",
        "household_id",
        "micros",
        "channel_code",
        "complete_e4",
        "is_viewable",
        cost.alias("cost_micro"),
        F.col("row")["mapping_id"].alias("mapping_id"),
    )


def _with_identifier(shown: DataFrame, identity_mappings: DataFrame, truth_identity: DataFrame) -> DataFrame:
    """Add what the graph says of the identifier, and who really stands behind it."""
    said = identity_mappings.select("mapping_id", "individual_id", "device_id", "device_type", "identifier_type")
    # Only false links need a look at the truth: few rows, a cheap join.
    false_links = truth_identity.filter(F.col("relation") != "owner").select("mapping_id", "true_individual_id")
    df = shown.join(said, "mapping_id").join(false_links, "mapping_id", "left")
    df = df.withColumn("true_person", F.coalesce("true_individual_id", "individual_id"))
    return df.withColumn("true_home", household_of(F.col("true_person")))


def _described(spark: SparkSession, config: GenerationConfig, met: DataFrame) -> DataFrame:
    """All published columns."""
    d = Draws(config.seed, "campaign_exposures")
    slot = F.col("channel_code") * big(TICKETS) + d.below("slot", TICKETS, "exposure_id")
    df = met.withColumn("slot", slot).join(F.broadcast(inventory_frame(spark)), "slot")
    creative = d.between("creative", 1, CREATIVES, "exposure_id")
    df = df.withColumn("creative", creative)
    df = df.withColumn("played", _played(d))
    df = with_ip(config, df, "true_home", "true_person", "device_type", "micros")
    kind = F.col("identifier_type")
    app_or_site = F.when(kind == "cookie", F.col("site")).when(kind != "email", F.col("app"))
    million = F.lit("0.000001").cast("decimal(18,6)")
    return df.select(
        "exposure_id",
        "campaign_id",
        (F.col("campaign_id") * big(10) + F.col("creative")).alias("creative_id"),
        "individual_id",
        "household_id",
        "mapping_id",
        "device_id",
        "device_type",
        "placement",
        "publisher",
        app_or_site.alias("app_or_site"),
        F.when(F.col("device_type").isNotNull(), F.col("ip_address")).alias("ip_address"),
        F.timestamp_micros("micros").alias("exposure_ts"),
        "is_viewable",
        _view_seconds(d).alias("view_seconds"),
        F.when(F.col("complete_e4") >= 0, F.col("played").cast("double") / F.lit(float(SCALE))).alias(
            "completion_rate"
        ),
        (F.col("cost_micro").cast("decimal(18,0)") * million).cast("decimal(18,6)").alias("cost"),
    )


def _played(d: Draws) -> SparkColumn:
    """Ten-thousandths of a timed ad that played: all of it, or at least 14 % (two seconds of fifteen)."""
    complete = d.below("complete", SCALE, "exposure_id") < F.col("complete_e4")
    return F.when(complete, big(SCALE)).otherwise(d.between("played", 1_400, SCALE - 1, "exposure_id"))


def _view_seconds(d: Draws) -> SparkColumn:
    """Timed ads of 15 or 30 seconds as far as they played; others skewed, 1 to 83, about 21 on average."""
    length = F.when(F.col("creative") == 1, big(15)).otherwise(big(30))
    product = d.below("view_seconds", 64, "exposure_id") * d.below("view_more", 64, "exposure_id")
    timed = int_div(length * F.col("played"), SCALE)
    seconds = F.when(F.col("complete_e4") >= 0, timed).otherwise(big(1) + int_div(product, 48))
    return F.when(F.col("is_viewable"), seconds).otherwise(big(0))
