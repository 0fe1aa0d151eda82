"""Table 4: content_engagements."""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws, int_div, quantile_frame, quantiles_lognormal
from idgraph_widgets.generators.addresses import end_micros, with_ip
from idgraph_widgets.generators.content_catalog import (
    CONTENT_TICKETS,
    DEVICE_KINDS,
    content_lottery,
    generate_content_catalog,
)
from idgraph_widgets.generators.sessions import generate_sessions
from idgraph_widgets.schema.content_engagements import TABLE

MAX_EVENTS = 8
"""Most events in a session."""

GAP_TICKETS = 512
GAP_SIGMA = 0.8
"""Spread of the gaps between events, of the logarithm (lognormal: Blenn and Van Mieghem 2016; value: design)."""


def generate_content_engagements(
    spark: SparkSession,
    config: GenerationConfig,
    households: DataFrame,
    individuals: DataFrame,
    identity_mappings: DataFrame,
    truth_identity: DataFrame,
) -> DataFrame:
    """The engagements of these people.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    households, individuals, identity_mappings, truth_identity : DataFrame
        Tables 1, 2, 3 and the truth of table 3, or the parts that cover the same whole blocks.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``, one row per event.
    """
    d = Draws(config.seed, "content_engagements")
    sessions = generate_sessions(spark, config, households, individuals, identity_mappings, truth_identity)
    # A session keeps the connection it began on, so the address is settled once for all its events.
    sessions = with_ip(config, sessions, "true_home", "true_id", "device_type", "t")
    df = _with_events(spark, config, d, sessions)
    df = _with_content(spark, config, d, df)
    df = (
        df.withColumn("engagement_ts", F.timestamp_micros("t"))
        .withColumn("is_logged_in", F.col("logged_in"))
        .withColumn("app_or_site", _app_or_site(F.col("device_type")))
    )
    return TABLE.select(df)


def session_key(individual_id: SparkColumn, week: SparkColumn, number: SparkColumn) -> SparkColumn:
    """``session_id``: unique over persons, weeks (below 1024) and sessions of a week (below 64)."""
    return (individual_id * F.lit(1024) + week) * F.lit(64) + number


def _with_events(spark: SparkSession, config: GenerationConfig, d: Draws, sessions: DataFrame) -> DataFrame:
    """One row per event ``j`` (0, 1, …) of a session, with its time, kind of act and the event that chose its item."""
    ec = config.engagement_config
    df = sessions.withColumn("session_id", session_key(F.col("individual_id"), F.col("week"), F.col("s")))
    count = d.choose("events", _event_shares(ec.events_per_session), "session_id")
    df = df.withColumn("gap_ticket", d.below("gap", GAP_TICKETS, "session_id"))
    gaps = quantiles_lognormal(ec.session_gap_minutes, GAP_SIGMA, GAP_TICKETS, scale=60_000_000)
    df = df.join(quantile_frame(spark, [max(10_000_000, gap) for gap in gaps], "gap_ticket", "gap"), "gap_ticket")
    df = df.withColumn("j", F.explode(F.sequence(F.lit(0).cast("bigint"), count - F.lit(1))))
    moved = F.pmod(d.unit("moved", "session_id", "j"), int_div(F.col("gap"), 2))
    df = df.withColumn("t", F.col("t") + F.when(F.col("j") == 0, F.lit(0)).otherwise(F.col("j") * F.col("gap") + moved))
    df = df.filter((F.col("t") <= F.col("last")) & (F.col("t") < F.lit(end_micros(config))))
    # A click or share is about the item of the event before it, which must itself be a look at one.
    follow = _follow_share(ec)
    now = d.choose("act", _act_shares(ec, follow), "session_id", "j")
    before = d.choose("act", _act_shares(ec, follow), "session_id", F.col("j") - F.lit(1))
    follows = (F.col("j") > 0) & (now != "view") & ((F.col("j") == 1) | (before == "view"))
    df = df.withColumn("act", F.when(follows, now).otherwise(F.lit("view")))
    item = F.when(F.col("act") == "view", F.col("j")).otherwise(F.col("j") - F.lit(1))
    df = df.withColumn("item", item)
    ends = d.chance("completes", ec.completion_share, "session_id", "item")
    part = d.below("part", SCALE, "session_id", "item")
    is_view = F.col("act") == "view"
    df = df.withColumn("engagement_type", F.when(is_view & ends, F.lit("complete")).otherwise(F.col("act")))
    df = df.withColumn("k", F.when(is_view & ends, F.lit(SCALE).cast("bigint")).otherwise(part))
    df = df.withColumn("completion_rate", F.col("k").cast("double") / F.lit(float(SCALE)))
    return df.withColumn("engagement_id", F.col("session_id") * F.lit(MAX_EVENTS) + F.col("j") + F.lit(1))


def _event_shares(mean: float) -> dict[int, float]:
    """Geometric numbers of events 1..`MAX_EVENTS` with that mean (as near as the cut allows)."""
    low, high = 0.0, 0.999
    for _ in range(60):
        q = (low + high) / 2
        weights = {n: q ** (n - 1) for n in range(1, MAX_EVENTS + 1)}
        found = sum(n * w for n, w in weights.items()) / sum(weights.values())
        low, high = (q, high) if found < mean else (low, q)
    return {n: round(w / sum(weights.values()), 9) for n, w in weights.items()}


def _follow_share(ec) -> float:
    """Share of events that may be a click or share: not the first of a session."""
    return max(0.05, 1 - 1 / max(ec.events_per_session, 1.05))


def _act_shares(ec, follow: float) -> dict[str, float]:
    """Shares of acts among events that may follow another, so that over all events the configured ones come out.

    An act directly after an act does not count, so a share a of acts yields a (1 - a).
    """
    wanted = min(0.24, (ec.click_share + ec.share_share) / follow)
    total = (1 - (1 - 4 * wanted) ** 0.5) / 2
    clicks = total * ec.click_share / max(ec.click_share + ec.share_share, 1e-12)
    return {"view": 1 - total, "click": clicks, "share": total - clicks}


def _with_content(spark: SparkSession, config: GenerationConfig, d: Draws, df: DataFrame) -> DataFrame:
    profile = (F.col("age_group") * F.lit(2) + F.col("is_male")) * F.lit(len(DEVICE_KINDS)) + F.col("kind")
    ticket = profile * F.lit(CONTENT_TICKETS) + d.below("content", CONTENT_TICKETS, "session_id", "item")
    df = df.withColumn("content_ticket", ticket)
    df = df.join(content_lottery(spark, config).withColumnRenamed("content_id", "usual_id"), "content_ticket")
    live = F.col("live_id").isNotNull() & (F.col("item") == 0)
    df = df.withColumn("content_id", F.when(live, F.col("live_id")).otherwise(F.col("usual_id")))
    items = generate_content_catalog(spark, config).drop("title", "genre", "is_live")
    slug = F.regexp_replace(F.lower("publisher"), "[^a-z]", "")
    items = items.withColumns(
        {
            "site": F.concat(slug, F.lit(".example")),
            "tv_app": F.concat("publisher", F.lit(" TV")),
            "app": F.concat(F.lit("example."), slug, F.lit(".app")),
        }
    )
    df = df.join(F.broadcast(items), "content_id")
    seconds = int_div(F.col("length_seconds").cast("bigint") * F.col("k"), SCALE)
    return df.withColumn("duration_seconds", seconds)


def _app_or_site(device_type: SparkColumn) -> SparkColumn:
    return (
        F.when(device_type == "desktop", F.col("site"))
        .when(device_type == "ctv", F.col("tv_app"))
        .otherwise(F.col("app"))
    )
