"""Sessions: when somebody uses which identifier. Drawn per asserted person from (person, week, number)."""

from __future__ import annotations

import math
from statistics import NormalDist

import pandas as pd
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, lottery_tickets, small_frame
from idgraph_widgets.draws.draws import poisson_shares
from idgraph_widgets.generators.addresses import DAY, end_micros, start_micros
from idgraph_widgets.generators.clocks import (
    HOUR_TICKETS,
    MINUTE,
    USUAL_WEIGHT,
    age_group,
    hour_lottery,
    in_season,
    offsets,
    season,
    tv_weight,
)
from idgraph_widgets.generators.content_catalog import AGE_LIMITS, DEVICE_KINDS, catalog_of

TV = DEVICE_KINDS.index("tv")

USABLE = ("cookie", "idfa", "gaid", "ctv_id")
"""Identifier types that engagements run through."""

ACTIVITY_CLASSES = 256
COUNT_TICKETS = 512
MAX_SESSIONS = 60
"""Most sessions of one person in a week."""

LIVE_EVENTS_PER_WEEK = 3
LIVE_SPREAD_MINUTES = 90
"""Within how many minutes of its start people join a live event."""


def weeks(config: GenerationConfig) -> int:
    """Weeks the window touches, counted from its start."""
    return -(-(end_micros(config) - start_micros(config)) // (7 * DAY))


def generate_sessions(
    spark: SparkSession,
    config: GenerationConfig,
    households: DataFrame,
    individuals: DataFrame,
    identity_mappings: DataFrame,
    truth_identity: DataFrame,
) -> DataFrame:
    """One row per session, with the identifier it runs through and its true person.

    Columns: individual_id, week, s (number in the week), mapping_id, device_type, first, last (life of the
    identifier, microseconds), logged_in, true_id, true_home, kind (index of `DEVICE_KINDS`), age_group, is_male, t
    (start, microseconds), live_id (content of the live event that draws the session, or null).
    """
    d = Draws(config.seed, "sessions")
    rows = usable_rows(spark, households, individuals, identity_mappings, truth_identity)
    # Only lives travel in the arrays: an array copied to each session must be small.
    # TVs first, so that how many there are tells which they are.
    lives = F.struct((F.col("kind") != TV).alias("other"), "mapping_id", "first", "last")
    people = rows.groupBy("individual_id").agg(F.array_sort(F.collect_list(lives)).alias("ids"))
    # The asserted person's, who is there from the start: identifiers that come later must not move it.
    weight = tv_weight(age_group(F.col("age").cast("bigint")), _works()).alias("tv_weight")
    people = people.join(individuals.select("individual_id", weight), "individual_id")
    week = F.explode(F.sequence(F.lit(0).cast("bigint"), F.lit(weeks(config) - 1).cast("bigint")))
    df = people.select("individual_id", week.alias("week"))
    activity = d.below("activity", ACTIVITY_CLASSES, "individual_id")
    df = df.withColumn(
        "n_ticket", activity * F.lit(COUNT_TICKETS) + d.below("count", COUNT_TICKETS, "individual_id", "week")
    ).join(_count_frame(spark, config), "n_ticket")
    df = df.withColumn("s", F.explode(F.sequence(F.lit(1).cast("bigint"), F.col("n"))))
    keys = ("individual_id", "week", "s")
    df = df.withColumn("day", d.choose("weekday", _day_shares(config), *keys))
    week_start = F.lit(start_micros(config)) + F.col("week") * F.lit(7 * DAY)
    live, at = _live_event(config, d, week_start, keys)
    df = df.withColumn("live_id", live)
    # Which identifiers can be met is decided at a moment of the session's own day, so that a later end of the
    # window adds no session before the earlier end.
    usual = week_start + F.col("day") * F.lit(DAY) + d.below("anchor", DAY, *keys)
    anchor = F.when(F.col("live_id").isNotNull(), at).otherwise(usual)
    df = df.select(*keys, "day", "live_id", anchor.alias("anchor"))
    df = df.filter(in_season(d, "engagements", F.col("anchor"), *keys)).join(people, "individual_id")
    df = df.withColumn("alive", F.expr("filter(ids, x -> x.first <= anchor and anchor <= x.last)"))
    df = df.filter(F.size("alive") > 0)
    mapping = F.get("alive", _picked(d, keys).cast("int"))["mapping_id"].alias("mapping_id")
    df = df.select(*keys, "day", "live_id", "anchor", mapping)
    return _with_time(spark, config, d, df.join(rows.drop("individual_id"), "mapping_id"), keys)


def _works() -> Column:
    return F.col("employment_status").isin("employed_full_time", "employed_part_time").cast("bigint")


def _picked(d: Draws, keys) -> Column:
    """Index of the identifier that a session runs through, among those alive: TVs come first and weigh their own."""
    usual, weight = F.lit(USUAL_WEIGHT).cast("bigint"), F.col("tv_weight")
    tvs = F.size(F.expr("filter(alive, x -> not x.other)")).cast("bigint")
    heavy = tvs * weight
    # An engine may evaluate the pick before rows without identifier are dropped: never nothing to draw from.
    total = F.greatest(heavy + (F.size("alive").cast("bigint") - tvs) * usual, F.lit(1).cast("bigint"))
    at = d.below("identifier", total, *keys)
    rest = F.call_function("div", at - heavy, usual)
    return F.when(at < heavy, F.call_function("div", at, weight)).otherwise(tvs + rest)


def usable_rows(
    spark: SparkSession,
    households: DataFrame,
    individuals: DataFrame,
    identity_mappings: DataFrame,
    truth_identity: DataFrame,
) -> DataFrame:
    """Identifiers that engagements can run through, with the habits of their true persons.

    Columns: mapping_id, individual_id, device_type, known (matched by a log-in), first and last (life in
    microseconds, until the opt-out), true_id, true_home, kind, age_group, is_male, works (0 or 1),
    offset (minutes from UTC).
    """
    rows = identity_mappings.filter(F.col("identifier_type").isin(*USABLE)).select(
        "mapping_id",
        "individual_id",
        "device_type",
        (F.col("match_type") == "deterministic").alias("known"),
        F.unix_micros("first_seen_ts").alias("first"),
        F.unix_micros("last_seen_ts").alias("last"),
    )
    truth = truth_identity.select("mapping_id", F.col("true_individual_id").alias("true_id"))
    person = individuals.select(
        F.col("individual_id").alias("true_id"),
        F.col("household_id").alias("true_home"),
        age_group(F.col("age").cast("bigint")).alias("age_group"),
        (F.col("gender") == "male").cast("bigint").alias("is_male"),
        _works().alias("works"),
    )
    home = households.select(F.col("household_id").alias("true_home"), "state").join(offsets(spark), "state")
    rows = rows.join(truth, "mapping_id").join(person, "true_id").join(home.drop("state"), "true_home")
    kind = F.when(F.col("device_type") == "ctv", 2).when(F.col("device_type") == "desktop", 1).otherwise(0)
    return rows.withColumn("kind", kind.cast("bigint"))


def _with_time(spark: SparkSession, config: GenerationConfig, d: Draws, df: DataFrame, keys) -> DataFrame:
    group = (F.col("works") * F.lit(len(AGE_LIMITS)) + F.col("age_group")) * F.lit(len(DEVICE_KINDS)) + F.col("kind")
    df = df.withColumn("hour_ticket", group * F.lit(HOUR_TICKETS) + d.below("hour", HOUR_TICKETS, *keys))
    df = df.join(hour_lottery(spark, config), "hour_ticket").drop("hour_ticket")
    within = d.below("within_hour", 60 * MINUTE, *keys)
    local = F.col("day") * F.lit(DAY) + F.col("hour") * F.lit(60 * MINUTE) + within
    week_start = F.lit(start_micros(config)) + F.col("week") * F.lit(7 * DAY)
    # No state is ahead of UTC, so this is never before the day began.
    usual = week_start + local - F.col("offset") * F.lit(MINUTE)
    df = df.withColumn("t", F.when(F.col("live_id").isNotNull(), F.col("anchor")).otherwise(usual))
    df = df.filter((F.col("t") >= F.col("first")) & (F.col("t") <= F.col("last")))
    logged_in = F.col("known") & d.chance("logged_in", 0.45, *keys)
    return df.withColumn("logged_in", logged_in).drop("day", "hour", "offset", "known", "anchor", "works")


def _live_event(config: GenerationConfig, d: Draws, week_start: Column, keys) -> tuple[Column, Column]:
    """The live event of the week that draws a session (content id, or null), and when it is joined."""
    count = catalog_of(config).live_count
    share = config.engagement_config.live_event_share
    if not count or share <= 0:
        return F.lit(None).cast("bigint"), F.lit(None).cast("bigint")
    which = d.below("live", LIVE_EVENTS_PER_WEEK, *keys)
    content = d.below("live_content", count, "week", which) + F.lit(1)
    # Events start between 17:00 and 02:00 UTC, noon to nine in the evening on the East coast.
    day = d.below("live_day", 7, "week", which)
    minute = F.lit(17 * 60) + d.below("live_start", 9 * 4, "week", which) * F.lit(15)
    start = week_start + F.pmod(day * F.lit(DAY) + minute * F.lit(MINUTE), F.lit(7 * DAY))
    joined = d.below("live_join", LIVE_SPREAD_MINUTES * MINUTE, *keys)
    return F.when(d.chance("live_draws", share, *keys), content), start + joined


def _count_frame(spark: SparkSession, config: GenerationConfig) -> DataFrame:
    """Sessions a week by activity class and ticket: (``n_ticket``, ``n``), weeks without any left out."""
    ec = config.engagement_config
    mean = ec.events_per_person_day * 7 / ec.events_per_session * max(season("engagements"))
    normal, sigma = NormalDist(), ec.activity_sigma
    multipliers = [math.exp(sigma * normal.inv_cdf((q + 0.5) / ACTIVITY_CLASSES)) for q in range(ACTIVITY_CLASSES)]
    scale = mean * ACTIVITY_CLASSES / sum(multipliers)
    tickets, counts = [], []
    for q, multiplier in enumerate(multipliers):
        shares = poisson_shares(min(multiplier * scale, MAX_SESSIONS / 2), MAX_SESSIONS)
        for ticket, n in enumerate(lottery_tickets(list(shares.values()), COUNT_TICKETS)):
            if n:
                tickets.append(q * COUNT_TICKETS + ticket)
                counts.append(n)
    return F.broadcast(small_frame(spark, pd.DataFrame({"n_ticket": tickets, "n": counts}, dtype="int64")))


def _day_shares(config: GenerationConfig) -> dict[int, float]:
    """Share of each day of a week counted from the start, from the configured weekdays (Monday first)."""
    first = config.start_date.weekday()
    weights = config.engagement_config.weekday_weights
    return {day: weights[(first + day) % 7] for day in range(7)}
