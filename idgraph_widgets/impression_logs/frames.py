"""The log of a dataset's tables, on the session that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.arrays import arrow_schema, columns_of, record_batch
from idgraph_widgets.generators import people
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.identity import mailboxes
from idgraph_widgets.impression_logs.logs import VIEWED, VIEWS, make
from idgraph_widgets.schema.impression_logs import TABLE, TRUTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import DataFrame

    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.schema import Table


def impression_logs(config: GenerationConfig, tables: Mapping[str, DataFrame]) -> tuple[DataFrame, DataFrame]:
    """The log of a dataset's content views, and its truth.

    Parameters
    ----------
    config : GenerationConfig
        What the dataset was made with.
    tables : mapping of str to DataFrame
        The dataset's tables named in `VIEWED`.

    Returns
    -------
    (DataFrame, DataFrame)
        Columns of ``TABLE`` and of ``TRUTH``, made when they are read.
    """
    views = _views(tables)
    data = Context.make(config, (*people.PREPARE, mailboxes.prepare)).to_bytes()
    return _made(views, data, TABLE), _made(views, data, TRUTH)


def _views(tables: Mapping[str, DataFrame]) -> DataFrame:
    """Columns of `VIEWS`."""
    wanted = {name: tables[name].select(*key, *VIEWED[name]) for name, key in _KEYS.items()}
    views = tables["content_engagements"].filter("engagement_type in ('view', 'complete')")
    views = views.select("mapping_id", *VIEWED["content_engagements"])
    views = views.join(wanted["identity_mappings"], "mapping_id").join(wanted["truth_identity"], "mapping_id")
    persons = wanted["individuals"].join(wanted["households"], "household_id")
    persons = persons.withColumnRenamed("individual_id", "true_individual_id").drop("household_id")
    return VIEWS.select(views.join(persons, "true_individual_id", "left"))


_KEYS = {
    "identity_mappings": ("mapping_id",),
    "truth_identity": ("mapping_id",),
    "individuals": ("individual_id", "household_id"),
    "households": ("household_id",),
}
"""What the joined tables are joined by."""


def _made(views: DataFrame, data: bytes, table: Table) -> DataFrame:
    """One of the two tables of these views, made by the workers."""

    def each(batches):
        import pyarrow as pa

        context = Context.from_bytes(data)
        # Classic Spark takes no dictionaries from a worker.
        schema = arrow_schema(table)
        for batch in batches:
            made = make(context, columns_of(VIEWS, pa.Table.from_batches([batch])))
            yield from pa.Table.from_batches([record_batch(table, made)]).cast(schema).to_batches()

    return views.mapInArrow(each, table.struct_type())
