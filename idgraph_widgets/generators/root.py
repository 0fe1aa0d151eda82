"""Root tables declared with dbldatagen, drawn by hashes.

dbldatagen is the declarative layer Databricks users know. Its own random columns depend on the partition
count, so every column here is an SQL expression over the row's key; and its constructor sets Arrow options
on the session it is given, which belongs to the user, so it is handed a view of the session whose
configuration it can read but not write.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame, SparkSession


def declare_root(
    spark: SparkSession, name: str, key: str, first: int, rows: int, columns: Mapping[str, tuple[str, str]]
) -> DataFrame:
    """A frame of `rows` consecutive keys from `first`, with columns declared as SQL expressions.

    Parameters
    ----------
    spark : SparkSession
    name : str
        Name of the table, for dbldatagen's messages.
    key : str
        Name of the BIGINT key column.
    first, rows : int
    columns : mapping of str to (type, expression)
        Expressions may use the key only.
    """
    import dbldatagen

    spec = dbldatagen.DataGenerator(
        sparkSession=_Session(spark), name=name, rows=rows, startingId=first, partitions=_partitions(rows)
    ).withColumn(key, "bigint", expr="id")
    for column, (sql_type, expression) in columns.items():
        spec = spec.withColumn(column, sql_type, expr=expression, baseColumn=key)
    return spec.build()


def _partitions(rows: int) -> int:
    """Enough for a few cores; the rows do not depend on it."""
    return max(1, min(8, rows // 10_000))


class _Session:
    """A session whose configuration cannot be changed."""

    def __init__(self, spark: SparkSession):
        self._spark = spark
        self.conf = _Conf(spark.conf)

    def __getattr__(self, name):
        return getattr(self._spark, name)


class _Conf:
    def __init__(self, conf):
        self._conf = conf

    def set(self, key, value):
        """Ignored: the configuration is the user's."""

    def __getattr__(self, name):
        return getattr(self._conf, name)
