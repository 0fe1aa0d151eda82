"""One table as a DataFrame: the rows of some households in the dataset that a configuration describes."""

from __future__ import annotations

from collections.abc import Callable

from idgraph_widgets.arrays import Columns, arrow_schema, record_batch
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.extra_columns import tables_of
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.generators import whole
from idgraph_widgets.generators.block import PREPARE, SUMMED, block_tables
from idgraph_widgets.generators.context import Context, digest
from idgraph_widgets.generators.extras import extended
from idgraph_widgets.pipeline.distribute import cut, run_tasks
from idgraph_widgets.pipeline.emission import Emission
from idgraph_widgets.pipeline.preflight import preflight
from idgraph_widgets.pipeline.sizing import room
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import Job, TaskResult, code_digest, run_rows, shipped_context
from idgraph_widgets.pipeline.workers import probe
from idgraph_widgets.schema import GENERATED, Table, ids
from idgraph_widgets.storage.catalog.rows import frame_of

_ROWS_IN_A_BATCH = 65_536
"""Rows that a worker hands to the engine at a time."""


def generate(spark, config: GenerationConfig, name: str, first: int = 1, last: int | None = None):
    """The rows of one table that belong to some households.

    A kernel makes what it needs of the blocks of these households, so the rows are those of a whole run. Tables that
    are about all campaigns or days (``outcome_metrics``, ``campaign_daily``) are summed over these households only;
    tables that depend on the configuration alone are given whole.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
        Any session; its configuration is not changed, and its workers need this package.
    config : GenerationConfig
    name : str
        A table or companion that generators make.
    first, last : int
        Household ids, both included; `last` defaults to the configured number of households.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of the table.

    Raises
    ------
    ConfigError
        The configuration is wrong, or the households are not among its own.
    """
    preflight(config)
    homes = config.household_config.num_households
    last = homes if last is None else last
    if not 1 <= first <= last <= homes:
        raise ConfigError(
            f"first, last: found {first} and {last}; allowed are households 1 to {homes:,} of the configuration, the "
            "first not after the last. Raise household_config.num_households or choose households below it."
        )
    table = tables_of(config)[name]
    context = Context.make(config, PREPARE)
    if name in whole.WHOLE_TABLES:
        return _small(spark, table, extended(context, name, whole.tables(context)[name]))
    blocks = list(ids.blocks(first, last))
    found = room(config, probe(spark), len(blocks))
    job = Job(context.to_bytes(), cut(blocks, found.tasks), frozenset([name]), found.part_homes, Emission())
    if name in SUMMED:
        rows = whole.total(context, name, _sums(spark, job, name))
        return _small(spark, table, extended(context, name, rows))
    return _rows(spark, job, table)


def _rows(spark, job: Job, table: Table):
    name = table.name

    def each(batches):
        import pyarrow as pa

        context = shipped_context(job.context)
        # Classic Spark takes no dictionaries from a worker.
        schema = arrow_schema(table)
        for batch in batches:
            for task in batch.column(0).to_pylist():
                for low, high in job.blocks[task]:
                    for made in block_tables(context, low, high, job.wanted, job.part_homes):
                        found = record_batch(table, extended(context, name, made.columns))
                        rows = pa.Table.from_batches([found]).cast(schema)
                        yield from rows.to_batches(max_chunksize=_ROWS_IN_A_BATCH)

    tasks = len(job.blocks)
    return spark.range(0, tasks, 1, tasks).mapInArrow(each, table.struct_type())


def _sums(spark, job: Job, name: str) -> Columns | None:
    def work(task: int) -> str:
        return [payload for _, payload in run_rows(job, task)][-1].decode()

    results = [TaskResult.from_json(text) for text in run_tasks(spark, work, len(job.blocks))]
    return Totals().add(results, len(job.blocks), digest(job.context), code_digest()).summed(name)


def _small(spark, table: Table, columns: Columns):
    return frame_of(spark, table, record_batch(table, columns))


def _function(name: str) -> Callable:
    table = GENERATED[name]

    def generate_table(spark, config: GenerationConfig, first: int = 1, last: int | None = None):
        return generate(spark, config, name, first, last)

    generate_table.__name__ = generate_table.__qualname__ = f"generate_{name}"
    generate_table.__doc__ = f"""Rows of ``{name}`` of some households. {table.comment}

    See `generate` for parameters, and for what is returned and raised.
    """
    return generate_table


_FUNCTIONS = {f"generate_{name}": _function(name) for name in GENERATED}


def __getattr__(name: str):
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
