"""What identifiers are made from and look like as rows: the people, the columns, the numbering of slots."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws
from idgraph_widgets.generators import devices as dev
from idgraph_widgets.generators.addresses import start_micros

FOREVER = 1 << 60
"""End of a life that goes on, microseconds."""

ROW = (
    "individual_id", "household_id", "slot", "identifier_type", "identifier_value", "device_no", "device_type",
    "platform", "browser", "cookie_scope", "ifa_type", "att_status", "is_shared", "a", "b", "out", "personal",
    "source",
)  # fmt: skip
"""Columns of a row. ``slot`` numbers a person's identifiers; ``personal`` names the kind of noise it can suffer."""

EMAIL, HASHED_EMAIL, TYPO, UID2, PHONE, HASHED_PHONE, AD_ID, TABLET_AD_ID, CTV, HOME_IP, PUBLIC_IP = range(11)
COOKIE = 11
"""Kinds of slots; cookies take six, one per scope and device (phone, computer, desktop)."""

SLOTS_PER_KIND = 1024

SLOT_BITS = 15
"""Bits of a slot number: 32 kinds of `SLOTS_PER_KIND`."""


@dataclass(frozen=True)
class People:
    """The frame identifiers are made from, and the draws.

    Attributes
    ----------
    config : GenerationConfig
    persons : DataFrame
        individual_id, household_id, pn, age, first_name, last_name, and what `persons` adds.
    """

    config: GenerationConfig
    persons: DataFrame

    @property
    def d(self) -> Draws:
        return Draws(self.config.seed, "identity")

    @property
    def identity(self):
        return self.config.demographics_config.identity_mappings

    def observed(self, share: str, *keys: Column | str) -> Column:
        """Whether an identifier of that kind was captured."""
        return self.d.chance(f"observed/{share}", self.identity.observation_shares[share], *keys)

    @property
    def own(self) -> DataFrame:
        """People old enough for identifiers of their own."""
        return self.persons.filter(F.col("age") >= dev.TEEN)


def persons(config: GenerationConfig, households: DataFrame, individuals: DataFrame) -> DataFrame:
    """People with what decides about their identifiers: the frame of `People`."""
    d = dev.draws(config)
    identity = config.demographics_config.identity_mappings
    home = households.select(
        "household_id",
        F.col("household_size").cast("bigint").alias("size"),
        F.col("household_type").isin("married_couple", "cohabiting").alias("is_couple"),
        F.col("annual_income").alias("income"),
    )
    young = individuals.groupBy("household_id").agg((F.min("age") < dev.TEEN).alias("has_under_13"))
    df = individuals.select(
        "individual_id",
        "household_id",
        F.col("person_number").cast("bigint").alias("pn"),
        F.col("age").cast("bigint").alias("age"),
        "role",
        "first_name",
        "last_name",
        "ad_tracking_allowed",
    ).join(home.join(young, "household_id"), "household_id")
    person = F.col("individual_id")
    return (
        df.withColumn(
            "has_phone", (F.col("age") >= dev.TEEN) & dev.has_phone(config, person, F.col("age"), F.col("income"))
        )
        .withColumn("ios", dev.is_ios(config, person))
        .withColumn(
            "has_computer", (F.col("age") >= dev.ADULT) & d.chance("computer", identity.personal_computer_share, person)
        )
        .withColumn("has_desktop", d.chance("desktop", identity.shared_desktop_share, "household_id"))
        .withColumn("has_tablet", d.chance("tablet", identity.shared_tablet_share, "household_id"))
    )


def identifier_rows(df: DataFrame, p: People, kind: int, number: Column | int, **values) -> DataFrame:
    """Project to `ROW`, filling what is not given."""
    number = F.lit(number).cast("bigint") if isinstance(number, int) else number
    start = F.lit(start_micros(p.config)).cast("bigint")
    text = F.lit(None).cast("string")
    defaults = {
        "individual_id": F.col("individual_id"),
        "household_id": F.col("household_id"),
        "slot": F.lit(kind * SLOTS_PER_KIND).cast("bigint") + number,
        "device_no": F.lit(None).cast("bigint"),
        **dict.fromkeys(
            ("device_type", "platform", "browser", "cookie_scope", "ifa_type", "att_status", "personal"), text
        ),
        "is_shared": F.lit(False),
        "a": start,
        "b": F.lit(FOREVER).cast("bigint"),
        "out": F.lit(None).cast("bigint"),
    }
    columns = {**defaults, **values}
    return df.select(*[columns[name].alias(name) for name in ROW])


def opt_out(p: People, stream: str, *keys) -> Column:
    """When somebody who had not opted out at the start does so: microseconds, null beyond 30 years."""
    rate = p.identity.opt_out_per_90_days
    if rate <= 0:
        return F.lit(None).cast("bigint")
    at = p.d.below(f"opt_out/{stream}", max(1, round(90 * 86_400 / rate)), *keys)
    return F.lit(start_micros(p.config)).cast("bigint") + (at + F.lit(1)) * F.lit(1_000_000).cast("bigint")
