"""A specification of dbldatagen as columns of one's own."""

from __future__ import annotations

import sys

import pytest
from support.needs import lacking

from idgraph_widgets import extra_columns_of
from idgraph_widgets.config import ConfigError, GenerationConfig
from idgraph_widgets.config.extra_columns import extra_columns, tables_of


@pytest.fixture(scope="module")
def dg():
    """The library, which the extra ``databricks`` brings."""
    try:
        import dbldatagen
    except ImportError as error:
        lacking(f"dbldatagen is not installed ({error}): python -m pip install 'idgraph-widgets[databricks]'")
    return dbldatagen


@pytest.fixture
def spec(dg, spark):
    """A specification without columns."""
    return dg.DataGenerator(spark, name="own", rows=10, partitions=2, randomSeedMethod="hash_fieldname")


def test_columns_keep_their_options(dg, spec):
    from dbldatagen import distributions
    from pyspark.sql import types as T

    spec = (
        spec.withColumn("tier", "string", values=["basic", "gold"], weights=[9, 1], random=True)
        .withColumn("store", T.IntegerType(), minValue=100, maxValue=199, step=3, random=True)
        .withColumn("usual", "int", minValue=1, maxValue=9, distribution="normal", random=True)
        .withColumn("skewed", "int", minValue=1, maxValue=9, distribution=distributions.Gamma(2.0, 1.0), random=True)
        .withColumn("early", "int", minValue=1, maxValue=9, distribution=distributions.Beta(2, 5), random=True)
        .withColumn("seldom", "int", minValue=1, maxValue=9, distribution=distributions.Exponential(1.0), random=True)
        .withColumn("joined", "date", begin="2020-10-01", end="2020-10-06", interval="days=2", random=True)
        .withColumn(
            "seen", "timestamp", data_range=dg.DateRange("2020-10-01 00:00:00", "2020-10-02 11:55:00", "hours=12")
        )
        .withColumn("card", template=r"dddd-\n", percentNulls=0.1)
        .withColumn("label", "string", prefix="L", suffix="z", minValue=1, maxValue=8)
        .withColumn("few", "int", uniqueValues=20, baseColumn="tier")
        .withColumn("price", "decimal(10,2)", dataRange=dg.NRange(1, 5, 0.5))
        .withColumn("weight", T.FloatType(), minValue=1.0, maxValue=2.0, step=0.1)
        .withColumn("both", "string", expr="concat(tier, '/', first_name)")
        .withColumn("unseen", "int", minValue=1, maxValue=2, omit=True)
    )
    found = extra_columns_of(spec, "individuals")
    about = {"table": "individuals"}
    assert found == [
        {"name": "tier", **about, "type": "string", "values": ["basic", "gold"], "weights": [9, 1]},
        {"name": "store", **about, "type": "int", "minValue": 100, "maxValue": 199, "step": 3},
        {"name": "usual", **about, "type": "int", "minValue": 1, "maxValue": 9, "distribution": "normal"},
        {
            "name": "skewed",
            **about,
            "type": "int",
            "minValue": 1,
            "maxValue": 9,
            "distribution": {"gamma": {"shape": 2.0}},
        },
        {
            "name": "early",
            **about,
            "type": "int",
            "minValue": 1,
            "maxValue": 9,
            "distribution": {"beta": {"alpha": 2.0, "beta": 5.0}},
        },
        {"name": "seldom", **about, "type": "int", "minValue": 1, "maxValue": 9, "distribution": "exponential"},
        {"name": "joined", **about, "type": "date", "begin": "2020-10-01", "end": "2020-10-06", "interval": "2 days"},
        {
            "name": "seen",
            **about,
            "type": "timestamp",
            "begin": "2020-10-01 00:00:00",
            "end": "2020-10-02 11:55:00",
            "interval": "43200 seconds",
        },
        {"name": "card", **about, "type": "string", "template": r"dddd-\n", "percentNulls": 0.1},
        {"name": "label", **about, "type": "string", "minValue": 1, "maxValue": 8, "prefix": "L", "suffix": "z"},
        {"name": "few", **about, "type": "int", "minValue": 1, "maxValue": 20, "step": 1, "baseColumn": "tier"},
        {"name": "price", **about, "type": "decimal(10,2)", "minValue": 1, "maxValue": 5, "step": 0.5},
        {"name": "weight", **about, "type": "double", "minValue": 1.0, "maxValue": 2.0, "step": 0.1},
        {"name": "both", **about, "type": "string", "expr": "concat(tier, '/', first_name)"},
    ]
    config = GenerationConfig(extra_columns=found)
    assert len(extra_columns(config)) == len(found)
    assert "card" in tables_of(config)["individuals"].column_names
    assert [one["name"] for one in extra_columns_of(spec, "individuals", ["tier", "card"])] == ["tier", "card"]


def test_what_is_not_possible_is_told_for_every_column_at_once(dg, spec):
    spec = (
        spec.withColumn("lorem", text=dg.ILText(words=4))
        .withColumn("plain", "int")
        .withColumn("dice", "double", expr="rand()")
        .withColumn("padded", "string", minValue=1, maxValue=9, format="%05d")
        .withColumn("state", "string", values=["NY"])
    )
    with pytest.raises(ConfigError) as raised:
        extra_columns_of(spec, "households")
    message = str(raised.value)
    for words in (
        "the column lorem: found text=",
        "the column plain: found no way to make it",
        "the column dice.expr: found rand",
        "the column padded.format: found",
        "the column state.name: found state, which households has already",
    ):
        assert words in message, message


@pytest.mark.parametrize(
    ("options", "words"), [({"columns": ["nothing"]}, "the column nothing"), ({"table": "homes"}, "'homes'")]
)
def test_names_that_are_not_there(spec, options, words):
    spec = spec.withColumn("tier", "string", values=["basic", "gold"])
    with pytest.raises(ConfigError, match=words):
        extra_columns_of(spec, **{"table": "households", **options})


def test_something_else_than_a_specification(dg):
    with pytest.raises(ConfigError, match=r"found dict; allowed: a dbldatagen\.DataGenerator"):
        extra_columns_of({}, "households")


def test_without_dbldatagen_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "dbldatagen", None)
    with pytest.raises(ConfigError, match="A DataGenerator needs dbldatagen"):
        extra_columns_of(object(), "households")
