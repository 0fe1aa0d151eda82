"""Hashes of draws are those of Spark, so that SQL can compute them, too."""

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from idgraph_widgets.draws import hashed, hashed_keys, hashed_text


def test_hashes_are_those_of_spark(spark):
    rng = np.random.default_rng(1)
    numbers, more = rng.integers(-(2**62), 2**62, 3_000), rng.integers(0, 2**40, 3_000)
    texts = pa.array([None if n % 11 == 0 else "ü" * (n % 3) + "x7" * (n % 41) for n in range(3_000)])
    df = spark.createDataFrame(pa.table({"row": np.arange(3_000), "a": numbers, "b": more, "t": texts}))
    columns = [F.xxhash64("a", "b", F.lit(77).cast("bigint")).alias("longs"), F.xxhash64("a", "t").alias("texts")]
    found = df.orderBy("row").select(*columns).toArrow()
    longs = hashed(np.full(3_000, 77), hashed_keys(numbers, more)).view(np.int64)
    assert (longs == found["longs"].to_numpy()).all()
    assert (hashed_text(texts, hashed(numbers)).view(np.int64) == found["texts"].to_numpy()).all()
    assert (
        hashed_text(texts.slice(7, 90), hashed(numbers[7:97])).view(np.int64) == found["texts"].to_numpy()[7:97]
    ).all()
