"""When a campaign has spent its share of the budget in a block of households."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from idgraph_widgets.generators.blocks import budget_block


def block_stops(
    plan: DataFrame, households: DataFrame, spending: DataFrame, block_starts: Sequence[int] = ()
) -> DataFrame:
    """The UTC day on which a campaign has stopped in a block, where it has.

    Parameters
    ----------
    plan : DataFrame
        ``campaign_id``, ``household_micro`` (budget per household, millionths of a USD).
    households : DataFrame
        All households of the blocks concerned.
    spending : DataFrame
        ``campaign_id``, ``household_id``, ``day`` (days since 1970), ``cost_micro`` per planned exposure.
    block_starts : sequence of int
        Where appends began inside a block; see `budget_block`.

    Returns
    -------
    DataFrame
        ``campaign_id``, ``block``, ``stop_day``: the first day that would exceed the share; nothing runs on
        it or later.
    """
    block = budget_block(F.col("household_id"), block_starts).alias("block")
    daily = spending.groupBy("campaign_id", block, "day").agg(F.sum("cost_micro").alias("micro"))
    homes = households.groupBy(block).agg(F.count("*").alias("homes"))
    running = daily.withColumn("spent", F.sum("micro").over(Window.partitionBy("campaign_id", "block").orderBy("day")))
    over = (
        running.join(F.broadcast(homes), "block")
        .join(F.broadcast(plan.select("campaign_id", "household_micro")), "campaign_id")
        .filter(F.col("spent") > F.col("homes") * F.col("household_micro"))
    )
    return over.groupBy("campaign_id", "block").agg(F.min("day").alias("stop_day"))
