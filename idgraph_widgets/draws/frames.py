"""Small frames from the driver: lookups to join, made of Arrow where the session takes it."""

from __future__ import annotations

import pandas as pd
import pyspark
from pyspark.sql import DataFrame, SparkSession


def small_frame(spark: SparkSession, data: pd.DataFrame) -> DataFrame:
    """`data` as a Spark frame.

    PySpark 4 takes Arrow tables whatever the session's options; from pandas it goes row by row through Python
    unless the session was told otherwise, which takes seconds for a lookup of some ten thousand rows.
    """
    if int(pyspark.__version__.split(".")[0]) >= 4:
        import pyarrow

        return spark.createDataFrame(pyarrow.Table.from_pandas(data, preserve_index=False))
    return spark.createDataFrame(data)
