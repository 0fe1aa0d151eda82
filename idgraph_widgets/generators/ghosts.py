"""Ghost clicks: clicks that held-out people were kept from, known to the generator alone.

Advertisers log such *ghost ads* for a control group to know whom the campaign would have reached. Here they tell
what people in a holdout buy anyway, so that they buy like everybody else but for the effect of the ad.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.generators.advertising import campaign_plan
from idgraph_widgets.generators.campaign_exposures import running


def plan_ghosts(
    spark: SparkSession,
    config: GenerationConfig,
    campaigns: DataFrame,
    households: DataFrame,
    identity_mappings: DataFrame,
    planned: DataFrame,
    block_starts: Sequence[int] = (),
) -> DataFrame:
    """Viewable exposures that a held-out person would have clicked, before the campaign's budget ended.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    campaigns, households, identity_mappings : DataFrame
        `campaigns` is complete; the others hold the blocks concerned.
    planned : DataFrame
        The result of `plan_campaign_exposures` for them.
    block_starts : sequence of int
        As for `generate_campaign_exposures`.

    Returns
    -------
    DataFrame
        ``exposure_id``, ``campaign_id``, ``individual_id`` (asserted), ``exposure_us``.
    """
    held = running(campaign_plan(config, campaigns), households, planned, block_starts).filter("held")
    said = identity_mappings.select("mapping_id", "individual_id")
    return held.join(said, "mapping_id").select(
        "exposure_id", "campaign_id", "individual_id", F.col("micros").alias("exposure_us")
    )
