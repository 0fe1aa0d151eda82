"""What a customer system could rightly know about an adult: names, mailboxes, phones, addresses of now and before."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, lottery, steps
from idgraph_widgets.generators import devices as dev
from idgraph_widgets.generators.identity_contacts import mailbox_count, shares_mailbox
from idgraph_widgets.generators.identity_rows import People
from idgraph_widgets.generators.identity_values import with_phone
from idgraph_widgets.generators.names import LAST_TICKETS, last_name_lottery
from idgraph_widgets.generators.places import CITY_TICKETS, city_lottery
from idgraph_widgets.reference.facts import facts

STREET_TICKETS = 4096

_SUFFIXES = {
    "Street": 0.36,
    "Avenue": 0.20,
    "Drive": 0.14,
    "Road": 0.10,
    "Lane": 0.08,
    "Court": 0.05,
    "Circle": 0.03,
    "Place": 0.02,
    "Boulevard": 0.01,
    "Way": 0.01,
}
"""Street types by how often they stand in addresses (design)."""

_APARTMENT_SHARE = {"living_alone": 0.45, "nonfamily": 0.40}
_OTHER_APARTMENT_SHARE = 0.15
"""Homes with an apartment number, by type of household (design, near a quarter over all)."""


def with_facts(
    spark: SparkSession, config: GenerationConfig, households: DataFrame, individuals: DataFrame, persons: DataFrame
) -> DataFrame:
    """Adults with everything a record can be made of.

    Returns
    -------
    DataFrame
        individual_id, household_id, first_name, last_name, former_name (null but for married women), birth_date,
        pn, has_phone, both (whether the first mailbox is the couple's), boxes (number of mailboxes), mobile,
        landline, and state, city, zip3, line and before_line, before_city, before_zip3 of the home.
    """
    d = Draws(config.seed, "source_records")
    homes = _homes(spark, config, d, households)
    p = People(config, persons.filter(F.col("age") >= dev.ADULT))
    adults = p.persons.withColumn("both", shares_mailbox(p)).withColumn("boxes", mailbox_count(p))
    adults = adults.select(
        "individual_id", "household_id", "pn", "role", "first_name", "last_name", "has_phone", "both", "boxes"
    )
    born = individuals.select("individual_id", "birth_date", "gender")
    adults = adults.join(born, "individual_id").join(homes, "household_id")
    adults = with_phone(config, adults, F.col("individual_id")).withColumnRenamed("phone", "mobile")
    married = (F.col("gender") == "female") & (F.col("home_type") == "married_couple")
    married = married & F.col("role").isin("householder", "spouse")
    adults = adults.withColumn("last_ticket", d.below("former_name", LAST_TICKETS, "individual_id"))
    names = last_name_lottery(spark).withColumnRenamed("last_name", "former_name")
    adults = adults.join(names, "last_ticket").drop("last_ticket")
    return adults.withColumn("former_name", F.when(married, F.col("former_name")))


def _homes(spark: SparkSession, config: GenerationConfig, d: Draws, households: DataFrame) -> DataFrame:
    """Homes with the address of now and before, and the number of the landline."""
    homes = households.select("household_id", "state", "city", "zip3", F.col("household_type").alias("home_type"))
    # Person 0 of a home is the home itself.
    homes = with_phone(config, homes, F.col("household_id") * F.lit(16)).withColumnRenamed("phone", "landline")
    index = F.array_position(F.array(*[F.lit(state) for state in reference.STATES]), F.col("state")) - F.lit(1)
    ticket = index.cast("bigint") * F.lit(CITY_TICKETS) + d.below("before/city", CITY_TICKETS, "household_id")
    homes = homes.withColumn("city_ticket", ticket)
    before = city_lottery(spark, config.seed).select(
        "city_ticket", F.col("city").alias("before_city"), F.col("zip3").alias("before_zip3")
    )
    homes = homes.join(before, "city_ticket").drop("city_ticket")
    for name, stream in (("line", "now"), ("before_line", "before")):
        homes = _with_line(spark, d, homes, name, stream)
    return homes


def _with_line(spark: SparkSession, d: Draws, homes: DataFrame, name: str, stream: str) -> DataFrame:
    """Add an address line: number, street and perhaps an apartment."""
    rows = facts("street_names")
    streets = lottery(
        spark,
        {0: ([{"street": row["street_name"]} for row in rows], [row["weight"] for row in rows])},
        STREET_TICKETS,
        "street_ticket",
    )
    homes = homes.withColumn("street_ticket", d.below(f"{stream}/street", STREET_TICKETS, "household_id"))
    homes = homes.join(streets, "street_ticket").drop("street_ticket")
    # Numbers of one to five digits, short ones more often than their count.
    reach = steps(
        d.below(f"{stream}/reach", 4, "household_id"),
        [1, 2, 3, 4],
        [F.lit(n).cast("bigint") for n in (999, 2999, 9999, 19999)],
    )
    number = d.below(f"{stream}/number", reach, "household_id") + F.lit(1)
    suffix = d.choose(f"{stream}/suffix", _SUFFIXES, "household_id")
    line = F.concat_ws(" ", number.cast("string"), F.col("street"), suffix)
    flat = F.concat(F.lit(" Apt "), d.between(f"{stream}/flat", 1, 60, "household_id").cast("string"))
    in_flat = _in_apartment(d, stream)
    return homes.withColumn(name, F.concat(line, F.when(in_flat, flat).otherwise(F.lit("")))).drop("street")


def _in_apartment(d: Draws, stream: str) -> Column:
    found = d.chance(f"{stream}/apartment", _OTHER_APARTMENT_SHARE, "household_id")
    for kind, share in _APARTMENT_SHARE.items():
        of_kind = d.chance(f"{stream}/apartment", share, "household_id")
        found = F.when(F.col("home_type") == kind, of_kind).otherwise(found)
    return found
