"""Companions source_records and truth_records: what customer systems hold about adults, and about whom really.

Records are drawn per person, system and copy, never from the end of the window, so that neither direction of
growth changes one. They tell the state at the end of the audience lookback: ``updated_ts`` lies within it.
"""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, with_scrambled
from idgraph_widgets.generators.identity_rows import persons as identity_persons
from idgraph_widgets.generators.source_record_errors import with_errors
from idgraph_widgets.generators.source_record_facts import with_facts
from idgraph_widgets.schema.source_records import CELLS, SYSTEMS, TABLE
from idgraph_widgets.schema.truth_records import TABLE as TRUTH

_COPIES = 2
"""Records of a person in one system: the first, and one entered again."""


def plan_records(
    spark: SparkSession,
    config: GenerationConfig,
    households: DataFrame,
    individuals: DataFrame,
    persons: DataFrame | None = None,
) -> DataFrame:
    """Every record with its cells, its person and its corrupted cells; the two tables are cuts of it.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    households, individuals : DataFrame
        Tables 1 and 2, or the parts of them that cover the same households.
    persons : DataFrame, optional
        The result of `plan_persons` for them, if it was written down.
    """
    persons = identity_persons(config, households, individuals) if persons is None else persons
    records = _with_systems(config, with_facts(spark, config, households, individuals, persons))
    records = with_errors(spark, config, records)
    changed = [F.when(~F.col(f"c_{name}").eqNullSafe(F.col(name)), F.lit(name)) for name in CELLS]
    records = records.withColumn("corrupted_columns", F.concat_ws(",", *changed))
    records = with_scrambled(records, "record_id", _draws(config), "record", F.col("record_no"), 40)
    records = records.withColumn("record_id", F.col("record_id") + F.lit(1))
    records = records.withColumn("true_individual_id", F.col("individual_id"))
    columns = dict.fromkeys((*TABLE.column_names, *TRUTH.column_names))
    return records.select(*columns)


def generate_source_records(
    spark: SparkSession,
    config: GenerationConfig,
    households: DataFrame | None = None,
    individuals: DataFrame | None = None,
    records: DataFrame | None = None,
) -> DataFrame:
    """The records of these people.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    households, individuals : DataFrame, optional
        Tables 1 and 2, or the parts of them that cover the same households.
    records : DataFrame, optional
        The result of `plan_records` for them, in place of the tables.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``.
    """
    return TABLE.select(plan_records(spark, config, households, individuals) if records is None else records)


def generate_truth_records(
    spark: SparkSession,
    config: GenerationConfig,
    households: DataFrame | None = None,
    individuals: DataFrame | None = None,
    records: DataFrame | None = None,
) -> DataFrame:
    """The truth of the same records: columns of ``TRUTH``; see `generate_source_records`."""
    return TRUTH.select(plan_records(spark, config, households, individuals) if records is None else records)


def _draws(config: GenerationConfig) -> Draws:
    return Draws(config.seed, "source_records")


def _with_systems(config: GenerationConfig, people: DataFrame) -> DataFrame:
    """One row per record: adds ``system`` (its index), ``source_system`` and ``record_no``."""
    dials, d = config.demographics_config.source_records, _draws(config)
    slots = []
    for index, name in enumerate(SYSTEMS):
        known = d.chance(f"known/{name}", dials.system_shares[name], "individual_id")
        again = known & d.chance(f"again/{name}", dials.duplicate_share, "individual_id")
        for copy, there in enumerate((known, again)):
            slots.append(F.when(there, F.lit(index * _COPIES + copy).cast("bigint")))
    records = people.withColumn("slot", F.explode(F.array_compact(F.array(*slots))))
    room = len(SYSTEMS) * _COPIES
    records = records.withColumn("record_no", F.col("individual_id") * F.lit(room) + F.col("slot"))
    records = records.withColumn("system", F.call_function("div", F.col("slot"), F.lit(_COPIES).cast("bigint")))
    name = F.lit(SYSTEMS[-1])
    for index, system in enumerate(SYSTEMS[:-1]):
        name = F.when(F.col("system") == index, F.lit(system)).otherwise(name)
    return records.withColumn("source_system", name)
