"""False links: rows that assert one person and carry somebody else's identifier.

A captured identifier is matched without a log-in with some confidence, drawn first, and is true with that
probability. Where it is not, the row repeats the value of a row of the person it really belongs to: somebody
in the same household, or in a lower-numbered household of the same block. Mailboxes can be recycled, which is
the same with a high confidence. All of it is settled among identifiers alive at the start of the window, so a
later end changes nothing.
"""

from __future__ import annotations

import math

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws, quantile_frame
from idgraph_widgets.generators.addresses import start_micros
from idgraph_widgets.generators.blocks import block_of
from idgraph_widgets.generators.identity_confidence import holds, mailbox_confidence
from idgraph_widgets.generators.identity_rows import ROW, SLOT_BITS

NOISE = {"cookie": "cookie", "ad_id": "ad_id", "email": "email", "typo": "hashed_email"}
"""Kinds of rows that can be false, and the kind of row each then repeats."""

CONFIDENCE_TICKETS = 1024

COPIED = (
    "identifier_type",
    "identifier_value",
    "device_no",
    "device_type",
    "platform",
    "browser",
    "cookie_scope",
    "ifa_type",
    "att_status",
    "out",
)
"""What a false link takes over from the row it repeats."""


LINK = (*ROW, "match_type", "conf", "true_id")
"""Columns of a link: a row, how sure it is, and whose the identifier really is."""


def with_matching(spark: SparkSession, config: GenerationConfig, rows: DataFrame) -> DataFrame:
    """Add ``match_type``, ``conf`` (ten-thousandths) and ``is_false`` to own rows."""
    identity = config.demographics_config.identity_mappings
    d = Draws(config.seed, "noise")
    keys = ("individual_id", "slot")
    at_start = F.col("a") == F.lit(start_micros(config))
    guessed = (
        F.col("personal").isin("cookie", "ad_id")
        & at_start
        & d.chance("probabilistic", identity.probabilistic_share, *keys)
    ) | (F.col("personal") == "typo")
    rows = rows.withColumn("guessed", F.coalesce(guessed, F.lit(False)))
    rows = rows.withColumn("c_ticket", d.below("confidence", CONFIDENCE_TICKETS, *keys))
    rows = rows.join(quantile_frame(spark, _beta_quantiles(config), "c_ticket", "c_value"), "c_ticket").drop("c_ticket")
    mail = mailbox_confidence(config, *[F.col(key) for key in keys])
    is_mail = F.coalesce(F.col("personal") == "email", F.lit(False))
    conf = F.when(F.col("guessed"), F.col("c_value")).when(is_mail, mail).otherwise(F.lit(SCALE).cast("bigint"))
    rows = rows.withColumn("conf", conf).drop("c_value")
    return rows.withColumn("is_false", ~holds(config, F.col("conf"), *[F.col(key) for key in keys])).withColumn(
        "match_type", F.when(F.col("guessed"), F.lit("probabilistic")).otherwise(F.lit("deterministic"))
    )


def _beta_quantiles(config: GenerationConfig) -> list[int]:
    """Quantiles of the Beta distribution of confidence, in ten-thousandths below 1."""
    shape = config.demographics_config.identity_mappings.probabilistic_confidence
    alpha, beta = shape["alpha"], shape["beta"]
    n = 4096
    grid = [(i + 0.5) / n for i in range(n)]
    density = [math.exp((alpha - 1) * math.log(x) + (beta - 1) * math.log(1 - x)) for x in grid]
    total, running, values, next_ticket = sum(density), 0.0, [], 0
    for x, weight in zip(grid, density):
        running += weight / total
        while next_ticket < CONFIDENCE_TICKETS and (next_ticket + 0.5) / CONFIDENCE_TICKETS <= running + 1e-12:
            values.append(min(SCALE - 1, max(1, round(x * SCALE))))
            next_ticket += 1
    values.extend([values[-1]] * (CONFIDENCE_TICKETS - len(values)))
    return values


def true_links(rows: DataFrame) -> DataFrame:
    """The rows that are what they say: columns `LINK`."""
    return rows.filter(~F.col("is_false")).withColumn("true_id", F.col("individual_id")).select(*LINK)


def false_links(config: GenerationConfig, rows: DataFrame, households: DataFrame) -> DataFrame:
    """What the false rows turn into: links to other people's identifiers.

    Parameters
    ----------
    rows : DataFrame
        `ROW` with the columns of `with_matching`.
    households : DataFrame
        All households of the rows; whole blocks, but for the last one.

    Returns
    -------
    DataFrame
        Columns `LINK`. A false row that finds nobody (the first household of a block) is not written.
    """
    sources = _sources(config, true_links(rows), households)
    d = Draws(config.seed, "noise")
    wanted = F.lit(None).cast("string")
    for personal, kind in NOISE.items():
        wanted = F.when(F.col("personal") == personal, F.lit(kind)).otherwise(wanted)
    false = rows.filter("is_false").withColumn("kind", wanted)
    own = sources.select("household_id", "kind", "rank", "before", F.col("s_person").alias("own_person"))
    false = false.join(own, ["household_id", "kind"])
    share = config.demographics_config.identity_mappings.same_household_false_share
    keys = ("individual_id", "slot")
    # A recycled mailbox belonged to strangers; other links often stay at home, where devices lie about.
    at_home = (
        (F.col("kind") != "email")
        & (F.coalesce(F.col("own_person"), F.col("individual_id")) != F.col("individual_id"))
        & d.chance("same_household", share, *keys)
    )
    elsewhere = d.below("target", F.greatest(F.col("before"), F.lit(1).cast("bigint")), *keys) + F.lit(1)
    false = (
        false.withColumn("rank", F.when(at_home, F.col("rank")).when(F.col("before") > 0, elsewhere))
        .withColumn("block", block_of(F.col("household_id")))
        .drop("before", "own_person", *COPIED)
    )
    target = sources.filter("s_person is not null").select(
        block_of(F.col("household_id")).alias("block"),
        "kind",
        "rank",
        F.col("s_person").alias("true_id"),
        F.col("s_end").alias("s_end"),
        *[F.col(f"s_{name}").alias(name) for name in COPIED],
    )
    return _once(false.join(target, ["block", "kind", "rank"]).withColumn("b", F.least("b", "s_end")))


def _once(false: DataFrame) -> DataFrame:
    """One row per asserted person and identifier: two false links to the same one are one."""
    first = false.groupBy("individual_id", "identifier_value").agg(F.min("slot").alias("slot"))
    return false.join(first.select("individual_id", "slot"), ["individual_id", "slot"]).select(*LINK)


def _sources(config: GenerationConfig, true_rows: DataFrame, households: DataFrame) -> DataFrame:
    """Per household and kind: the row that a false link may repeat, and how many lower homes of the block have one.

    Columns: household_id, kind, s_person (null where the household has none), s_end, s_* of `COPIED`,
    ``before`` (number of lower-numbered households of the block with a row), ``rank`` (before + 1).
    """
    kinds = sorted(set(NOISE.values()))
    candidates = true_rows.filter(F.col("personal").isin(*kinds) & (F.col("a") == F.lit(start_micros(config))))
    # The least (person, slot) as one integer: aggregates over structs are slow on every engine.
    key = F.col("individual_id") * F.lit(1 << SLOT_BITS) + F.col("slot")
    candidates = candidates.withColumn("key", key).withColumn("kind", F.col("personal"))
    first = candidates.groupBy("household_id", "kind").agg(F.min("key").alias("key"))
    found = first.join(candidates.drop("household_id", "kind"), "key").select(
        "household_id",
        "kind",
        F.col("individual_id").alias("s_person"),
        F.col("b").alias("s_end"),
        *[F.col(name).alias(f"s_{name}") for name in COPIED],
    )
    every = households.select("household_id", F.explode(F.array(*[F.lit(k) for k in kinds])).alias("kind"))
    every = every.join(found, ["household_id", "kind"], "left")
    order = Window.partitionBy("block", "kind").orderBy("household_id")
    here = F.col("s_person").isNotNull().cast("bigint")
    running = F.sum(here).over(order.rowsBetween(Window.unboundedPreceding, Window.currentRow))
    every = every.withColumn("block", block_of(F.col("household_id"))).withColumn("running", running)
    return every.withColumn("before", F.col("running") - here).withColumn("rank", F.col("running") - here + F.lit(1))
