"""Draws are functions of seed, stream and key; their distributions are the ones asked for."""

import pytest
from pyspark.sql import functions as F

from idgraph_widgets.draws import SCALE, Draws, choose, lottery, lottery_tickets, quantiles_lognormal, with_scrambled

ROWS = 40_000


def test_a_draw_depends_on_seed_table_stream_and_key_only(spark):
    df = spark.range(1, 5)
    first = [r.u for r in df.select(Draws(1, "t").unit("a", "id").alias("u")).orderBy("u").collect()]
    again = [r.u for r in df.repartition(3).select(Draws(1, "t").unit("a", "id").alias("u")).orderBy("u").collect()]
    assert first == again
    for other in (Draws(2, "t").unit("a", "id"), Draws(1, "x").unit("a", "id"), Draws(1, "t").unit("b", "id")):
        assert first != [r.u for r in df.select(other.alias("u")).orderBy("u").collect()]


def test_the_sql_text_of_a_unit_draw_is_the_same_draw(spark):
    d = Draws(7, "t")
    df = spark.range(100).select(d.unit("s", "id").alias("a"), F.expr(d.unit_sql("s", "id")).alias("b"))
    assert df.filter("a <> b").count() == 0
    assert df.filter("a < 0 or a >= 9007199254740992").count() == 0


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 1.0])
def test_chance_has_its_share(spark, share):
    hits = spark.range(ROWS).filter(Draws(1, "t").chance("c", share, "id")).count()
    assert abs(hits / ROWS - share) <= 0.01


def test_chance_takes_ten_thousandths_from_a_column(spark):
    df = spark.range(ROWS).withColumn("p", F.pmod("id", F.lit(2)) * F.lit(SCALE))
    assert df.filter(Draws(1, "t").chance("c", F.col("p"), "id") != (F.col("p") == SCALE)).count() == 0


def test_choose_meets_shares_and_leaves_out_zeros(spark):
    shares = {"a": 0.2, "b": 0.0, "c": 0.5, "d": 0.3}
    df = spark.range(ROWS).select(choose(Draws(1, "t").unit("x", "id"), shares).alias("v"))
    found = {r.v: r["count"] / ROWS for r in df.groupBy("v").count().collect()}
    assert set(found) == {"a", "c", "d"}
    assert all(abs(found[v] - shares[v]) < 0.015 for v in found)


def test_tickets_are_dealt_by_largest_remainder():
    assert lottery_tickets([1, 1, 2], 8) == [0, 0, 1, 1, 2, 2, 2, 2]
    assert sorted(lottery_tickets([1, 1, 1], 4)).count(0) == 2
    assert 1 not in lottery_tickets([1, 0, 3], 16)


def test_a_lottery_deals_per_group(spark):
    frame = lottery(spark, {0: ([{"v": "a"}, {"v": "b"}], [1, 3]), 2: ([{"v": "c"}], [1])}, 4, "t")
    assert {r.t: r.v for r in frame.collect()} == {0: "a", 1: "b", 2: "b", 3: "b", 8: "c", 9: "c", 10: "c", 11: "c"}


@pytest.mark.parametrize("bits", [8, 14])
def test_scrambling_is_a_permutation(spark, bits):
    df = with_scrambled(spark.range(1 << bits), "s", Draws(1, "t"), "k", F.col("id"), bits)
    row = df.agg(F.countDistinct("s").alias("n"), F.min("s").alias("low"), F.max("s").alias("high")).first()
    assert (row.n, row.low, row.high) == (1 << bits, 0, (1 << bits) - 1)
    assert df.filter("s = id").count() < 20


def test_scrambling_keeps_null_and_refuses_odd_bits(spark):
    df = spark.range(1).select(F.lit(None).cast("bigint").alias("x"))
    assert with_scrambled(df, "s", Draws(1, "t"), "k", F.col("x"), 10).first().s is None
    with pytest.raises(ValueError, match="even"):
        with_scrambled(df, "s", Draws(1, "t"), "k", F.col("x"), 9)


def test_lognormal_quantiles_have_median_and_spread():
    values = quantiles_lognormal(100.0, 0.8, 1001)
    assert values[500] == 100
    assert values == sorted(values)
    assert 2.1 < values[841] / values[500] < 2.4  # one standard deviation: e^0.8
