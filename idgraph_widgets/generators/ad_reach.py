"""Whom a campaign can reach: cap-scope units of eligible people, each with the identifiers it is met by."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws
from idgraph_widgets.generators.advertising import (
    HOUSEHOLD,
    IDENTIFIER,
    PERSON,
    PERSONS,
    TYPE_BITS,
    UNITS,
    USABLE,
    big,
    exposure_key,
    household_of,
)


def reached_units(
    config: GenerationConfig,
    plan: DataFrame,
    households: DataFrame,
    individuals: DataFrame,
    identity_mappings: DataFrame,
    audience_attributes: DataFrame,
) -> DataFrame:
    """One row per campaign and reached cap-scope unit, those of held-out households included.

    What a held-out household would have seen decides what it buys anyway; see `ghosts`.

    Returns
    -------
    DataFrame
        ``campaign_id``, ``household_id``, ``local_hour`` (hour 0..23 at midnight UTC), ``first_key`` (key of
        the unit's first exposure) and ``rows``: the unit's identifiers, an array of structs ordered by
        ``alive_from``. A later end of the window only appends to that array.
    """
    people = _members(config, plan, audience_attributes)
    rows = _identifiers(config, individuals, identity_mappings)
    met = people.join(rows, "individual_id").filter(
        (F.col("usable").bitwiseAND(F.col("type_bit")) != 0)
        & (F.col("alive_from") < F.col("start_us") + F.col("flight_us"))
        & (F.col("alive_to") >= F.col("start_us"))
    )
    d = Draws(config.seed, "campaign_exposures")
    # The same identifier in another household is another unit.
    met = met.filter(
        (F.col("scope") != IDENTIFIER)
        | d.chance("reach", F.col("reach_e4"), "campaign_id", "household_id", "identifier")
    )
    person = F.pmod("individual_id", big(PERSONS))
    grouped = met.groupBy(
        "campaign_id", "household_id", F.when(F.col("scope") == PERSON, person).otherwise(big(0)).alias("person")
    ).agg(
        # Nothing but the life: each planned exposure carries this array until one of its rows is picked.
        F.array_sort(F.collect_list(F.struct("alive_from", "mapping_id", "alive_to", "identifier"))).alias("rows")
    )
    return _split_identifiers(config, plan, grouped).join(_local_hours(households), "household_id")


def _members(config: GenerationConfig, plan: DataFrame, audience_attributes: DataFrame) -> DataFrame:
    """(campaign, person) of target segments, without people and homes not reached."""
    targets = plan.select("campaign_id", "segment_id", "scope", "usable", "reach_e4", "start_us", "flight_us")
    people = audience_attributes.select("individual_id", "segment_id").join(F.broadcast(targets), "segment_id")
    people = people.withColumn("home", household_of(F.col("individual_id")))
    d = Draws(config.seed, "campaign_exposures")
    unit = F.when(F.col("scope") == HOUSEHOLD, F.col("home")).otherwise(F.col("individual_id"))
    reached = (F.col("scope") == IDENTIFIER) | d.chance("reach", F.col("reach_e4"), "campaign_id", unit)
    return people.filter(reached).drop("segment_id", "home")


def _identifiers(config: GenerationConfig, individuals: DataFrame, identity_mappings: DataFrame) -> DataFrame:
    """Identifiers that ads can use, each with its life."""
    used = 0
    for channel, share in config.campaign_config.channel_mix.items():
        used |= USABLE[channel] if share > 0 else 0
    types = [name for name, bit in TYPE_BITS.items() if bit & used]
    bit = None
    for name, value in TYPE_BITS.items():
        literal = big(value)
        bit = (
            F.when(F.col("identifier_type") == name, literal)
            if bit is None
            else bit.when(F.col("identifier_type") == name, literal)
        )
    micros = F.unix_micros
    rows = identity_mappings.filter(F.col("identifier_type").isin(types)).select(
        "mapping_id",
        "individual_id",
        "household_id",
        bit.alias("type_bit"),
        F.xxhash64("identifier_type", "identifier_value").alias("identifier"),
        micros("first_seen_ts").alias("alive_from"),
        F.least(micros("last_seen_ts"), F.coalesce(micros("opted_out_ts") - big(1), micros("last_seen_ts"))).alias(
            "alive_to"
        ),
    )
    if "email" in types:
        opted_in = individuals.filter("email_opt_in").select("individual_id")
        email = F.col("type_bit") == TYPE_BITS["email"]
        rows = rows.filter(~email).unionByName(rows.filter(email).join(opted_in, "individual_id", "left_semi"))
    return rows


def _split_identifiers(config: GenerationConfig, plan: DataFrame, grouped: DataFrame) -> DataFrame:
    """One row per unit: a household's identifiers are units of their own where the cap says so.

    They are numbered in the order of their first appearance, so that a later end of the window does not
    renumber them.
    """
    df = grouped.join(F.broadcast(plan.select("campaign_id", "campaign_index", "scope")), "campaign_id")
    by_identifier = F.col("scope") == IDENTIFIER
    nobody = F.array(big(0))
    units = F.when(
        by_identifier, F.slice(F.array_distinct(F.transform("rows", lambda r: r["identifier"])), 1, UNITS)
    ).otherwise(nobody)
    df = df.select("*", F.posexplode(units).alias("place", "unit"))
    mine = F.filter("rows", lambda r: r["identifier"] == F.col("unit"))
    number = F.when(by_identifier, F.col("place").cast("bigint")).otherwise(F.col("person"))
    return df.select(
        "campaign_id",
        "household_id",
        exposure_key(config, F.col("campaign_index"), F.col("household_id"), number).alias("first_key"),
        F.when(by_identifier, mine).otherwise(F.col("rows")).alias("rows"),
    )


def _local_hours(households: DataFrame) -> DataFrame:
    """Hour the standard time of a household shows at midnight UTC."""
    zones = {row["time_zone"]: row["utc_offset_minutes"] // 60 % 24 for row in reference.state_geography()}
    hour = F.lit(None)
    for zone, value in sorted(zones.items()):
        hour = F.when(F.col("time_zone") == zone, big(value)).otherwise(hour)
    return households.select("household_id", hour.cast("bigint").alias("local_hour"))
