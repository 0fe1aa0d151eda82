"""One row per content view, as an ad server sees it: no person, no household, only what a request carries."""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, int_div, with_scrambled
from idgraph_widgets.generators import devices as dev
from idgraph_widgets.generators.identity_contacts import first_mailboxes
from idgraph_widgets.generators.identity_rows import People, persons
from idgraph_widgets.schema.impression_logs import TABLE, TRUTH

_BROWSERS = {
    "chrome": "Chrome",
    "safari": "Safari",
    "edge": "Edge",
    "firefox": "Firefox",
    "samsung_internet": "Samsung Internet",
    "other": "Other",
}

_TELEVISIONS = {
    "roku": "Roku",
    "fire_tv": "Fire TV",
    "apple_tv": "Apple TV",
    "samsung": "Tizen",
    "lg": "webOS",
    "vizio": "SmartCast",
    "android_tv": "Android TV",
}


def impression_logs(
    config: GenerationConfig,
    households: DataFrame,
    individuals: DataFrame,
    identity_mappings: DataFrame,
    truth_identity: DataFrame,
    content_engagements: DataFrame,
) -> DataFrame:
    """The log of these engagements' views.

    Who is logged in is logged with the hash of the own first mailbox, whether or not the graph has seen it; a false
    link of the graph has no part in it.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``.
    """
    views = _views(config, identity_mappings, truth_identity, content_engagements)
    people = persons(config, households, individuals)
    boxes = first_mailboxes(People(config, people)).select(
        F.col("individual_id").alias("true_id"), F.sha2("email", 256).alias("mail_hash")
    )
    ages = individuals.select(F.col("individual_id").alias("true_id"), "age")
    views = views.join(ages, "true_id").join(boxes, "true_id", "left")
    is_app = F.col("ifa_type").isNotNull()
    day = int_div(F.unix_micros("engagement_ts"), 86_400_000_000)
    views = views.withColumns(
        {
            "log_ts": F.col("engagement_ts"),
            "log_date": F.date_from_unix_date(day.cast("int")),
            "first_party_cookie": F.when(F.col("cookie_scope") == "first_party", F.col("identifier_value")),
            "email_sha256": F.when(F.col("is_logged_in"), F.col("mail_hash")),
            "ifa": F.when(is_app, F.col("identifier_value")),
            "user_agent_family": _user_agent(),
            "is_coppa": F.col("age") < dev.TEEN,
        }
    )
    return TABLE.select(views)


def truth_impression_logs(
    config: GenerationConfig, identity_mappings: DataFrame, truth_identity: DataFrame, content_engagements: DataFrame
) -> DataFrame:
    """The truth of the same log: columns of ``TRUTH``."""
    views = _views(config, identity_mappings, truth_identity, content_engagements)
    home = int_div(F.col("true_id"), 16)
    return TRUTH.select(views.withColumns({"true_individual_id": F.col("true_id"), "true_household_id": home}))


def _views(config, identity_mappings, truth_identity, content_engagements) -> DataFrame:
    """Views with their key in the log, their identifier and the true person."""
    views = content_engagements.filter(F.col("engagement_type").isin("view", "complete"))
    views = views.select(
        "engagement_id", "mapping_id", "publisher", "app_or_site", "ip_address", "is_logged_in", "engagement_ts"
    )
    # The key of an engagement contains the person.
    draws = Draws(config.seed, "impression_logs")
    views = with_scrambled(views, "log_id", draws, "log", F.col("engagement_id"), 52)
    views = views.withColumn("log_id", F.col("log_id") + F.lit(1))
    links = identity_mappings.select(
        "mapping_id", "identifier_value", "device_type", "platform", "browser", "cookie_scope", "ifa_type"
    )
    truth = truth_identity.select("mapping_id", F.col("true_individual_id").alias("true_id"))
    return views.join(links, "mapping_id").join(truth, "mapping_id")


def _user_agent() -> SparkColumn:
    family = F.lit("App")
    for platform, name in _TELEVISIONS.items():
        family = F.when(F.col("platform") == platform, F.lit(name)).otherwise(family)
    family = (
        F.when(F.col("platform") == "ios", F.lit("iOS app"))
        .when(F.col("platform") == "android", F.lit("Android app"))
        .otherwise(family)
    )
    for browser, name in _BROWSERS.items():
        on_phone = F.when(F.col("device_type") == "mobile", F.lit(f"{name} Mobile")).otherwise(F.lit(name))
        family = F.when(F.col("browser") == browser, on_phone).otherwise(family)
    return family
