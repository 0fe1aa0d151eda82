"""Companion: households kept from seeing a campaign, so that lift can be measured."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.generators.advertising import held_out, household_of
from idgraph_widgets.schema.campaign_holdouts import TABLE


def generate_campaign_holdouts(
    spark: SparkSession, config: GenerationConfig, campaigns: DataFrame, audience_attributes: DataFrame
) -> DataFrame:
    """The holdout of every campaign.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    campaigns, audience_attributes : DataFrame

    Returns
    -------
    DataFrame
        Columns of ``TABLE``, one row per campaign and held-out household.
    """
    targets = F.broadcast(campaigns.select("campaign_id", F.col("target_segment_id").alias("segment_id")))
    eligible = audience_attributes.select(
        "segment_id", household_of(F.col("individual_id")).alias("household_id")
    ).join(targets, "segment_id")
    kept = eligible.filter(held_out(config, F.col("campaign_id"), F.col("household_id")))
    return TABLE.select(kept.select("campaign_id", "household_id").distinct())
