"""Scores of a resolution against a count of every single pair."""

import itertools
import random

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from idgraph_widgets import ConfigError, score_resolution


def frames(spark, predicted: dict, truth: dict):
    return (
        spark.createDataFrame(list(predicted.items()), "record_id bigint, cluster_id string"),
        spark.createDataFrame(list(truth.items()), "record_id bigint, true_individual_id bigint"),
    )


def by_pairs(predicted: dict, truth: dict):
    """Precision and recall over pairs and B³, the slow way."""
    cluster = {r: predicted.get(r, f"alone {r}") for r in truth}
    pairs = list(itertools.combinations(sorted(truth), 2))
    said = [p for p in pairs if cluster[p[0]] == cluster[p[1]]]
    true = [p for p in pairs if truth[p[0]] == truth[p[1]]]
    both = set(said) & set(true)
    b3p = b3r = 0.0
    for r, person in truth.items():
        mine = {s for s in truth if cluster[s] == cluster[r]}
        same = {s for s, other in truth.items() if other == person}
        b3p += len(mine & same) / len(mine) / len(truth)
        b3r += len(mine & same) / len(same) / len(truth)
    return len(said), len(true), len(both), b3p, b3r


@pytest.mark.parametrize("seed", range(3))
def test_scores_equal_a_count_of_every_pair(spark, seed):
    rng = random.Random(seed)
    truth = {r: rng.randrange(25) for r in range(120)}
    predicted = {r: f"c{truth[r] if rng.random() < 0.7 else rng.randrange(30)}" for r in truth if rng.random() < 0.9}
    said, true, both, b3p, b3r = by_pairs(predicted, truth)
    score = score_resolution(*frames(spark, predicted, truth))
    assert (score.predicted_pairs, score.true_pairs, score.correct_pairs) == (said, true, both)
    assert score.precision == both / said and score.recall == both / true
    assert score.f1 == pytest.approx(2 * both / (said + true))
    assert score.b3_precision == pytest.approx(b3p) and score.b3_recall == pytest.approx(b3r)
    assert score.unresolved == len(truth) - len(predicted) and score.records == len(truth)
    assert score.true_clusters == len(set(truth.values()))


def test_the_ends_of_the_scale(spark):
    truth = {1: 1, 2: 1, 3: 2, 4: 2}
    perfect = score_resolution(*frames(spark, {1: "x", 2: "x", 3: "y", 4: "y"}, truth))
    assert (perfect.f1, perfect.b3_f1, perfect.predicted_clusters) == (1.0, 1.0, 2)
    nobody = score_resolution(*frames(spark, {}, truth))
    assert (nobody.precision, nobody.recall, nobody.f1, nobody.unresolved) == (1.0, 0.0, 0.0, 4)
    assert (nobody.b3_precision, nobody.b3_recall) == (1.0, 0.5)
    everybody = score_resolution(*frames(spark, dict.fromkeys(truth, "all"), truth))
    assert (everybody.precision, everybody.recall) == (2 / 6, 1.0)


def test_a_cluster_of_a_million_is_not_counted_pair_by_pair(spark):
    rows = spark.range(1_000_000).selectExpr("id as record_id", "id as true_individual_id", "1 as cluster_id")
    score = score_resolution(rows, rows)
    assert score.predicted_pairs == 499_999_500_000 and score.true_pairs == 0
    assert score.b3_precision == pytest.approx(1e-6)


def test_pandas_and_other_names(spark):
    truth = spark.createDataFrame([(1, 7), (2, 7)], "id bigint, person bigint")
    predicted = pd.DataFrame({"id": [1, 2], "found": ["a", "a"]})
    score = score_resolution(predicted, truth, record="id", predicted_cluster="found", true_cluster="person")
    assert score.f1 == 1.0 and "F1 1.0000" in str(score) and score.to_dict()["records"] == 2


@pytest.mark.parametrize(
    ("predicted", "truth", "message"),
    [
        ([(1, "a"), (1, "b")], [(1, 1)], "predicted: found 2 rows for record_id 1"),
        ([(1, None)], [(1, 1)], "predicted: found no cluster_id for record_id 1"),
        ([(2, "a")], [(1, 1)], "predicted: found record_id 2, which the truth does not know"),
        ([(1, "a")], [(1, 1), (1, 1)], "truth: found 2 rows"),
    ],
)
def test_what_is_no_clustering_is_refused(spark, predicted, truth, message):
    said = spark.createDataFrame(predicted, "record_id bigint, cluster_id string")
    known = spark.createDataFrame(truth, "record_id bigint, true_individual_id bigint")
    with pytest.raises(ConfigError, match=message):
        score_resolution(said, known)


def test_a_missing_column_is_named(spark):
    truth = spark.createDataFrame([(1, 7)], "record_id bigint, true_individual_id bigint")
    with pytest.raises(ConfigError, match="predicted: found no column cluster_id; it has record_id, cluster"):
        score_resolution(truth.selectExpr("record_id", "1 as cluster"), truth)


def test_records_of_outsiders_are_wrong_beside_others_and_nothing_among_themselves(spark):
    truth = {1: 7, 2: 7, 3: None, 4: None, 5: None}
    # An outsider's record beside two of one person; two outsiders' records together; the last alone.
    score = score_resolution(*frames(spark, {1: "a", 2: "a", 3: "a", 4: "b", 5: "b"}, truth))
    assert (score.records, score.outsiders, score.true_clusters, score.predicted_clusters) == (2, 3, 1, 1)
    assert (score.predicted_pairs, score.true_pairs, score.correct_pairs) == (3, 1, 1)
    assert (score.precision, score.recall) == (1 / 3, 1.0)
    assert (score.b3_precision, score.b3_recall) == (pytest.approx(2 / 3), 1.0)
    apart = score_resolution(*frames(spark, {1: "a", 2: "a", 3: "b", 4: "b", 5: "b"}, truth))
    assert (apart.f1, apart.b3_f1) == (1.0, 1.0)


def test_pandas_writes_outsiders_as_nan():
    truth = pd.DataFrame({"record_id": [1, 2, 3], "true_individual_id": [7.0, 7.0, float("nan")]})
    score = score_resolution(pd.DataFrame({"record_id": [1, 2, 3], "cluster_id": ["a", "a", "a"]}), truth)
    assert (score.outsiders, score.precision) == (1, 1 / 3)


TRUTH = {"record_id": [1, 2, 3, 4, 5], "true_individual_id": [7, 7, 7, 8, 8]}
FOUND = {"record_id": [1, 2, 4, 5], "cluster_id": ["a", "a", "a", "b"]}
LIBRARIES = {
    "pandas": lambda spark, data: pd.DataFrame(data),
    "pandas with NumPy's own types": lambda spark, data: pd.DataFrame(data).astype({"record_id": "float32"}),
    "pandas with categories": lambda spark, data: pd.DataFrame(data).astype("category"),
    "pandas on Arrow": lambda spark, data: pd.DataFrame(data).convert_dtypes(dtype_backend="pyarrow"),
    "Arrow": lambda spark, data: pa.table(data),
    "Arrow, small numbers": lambda spark, data: pa.table(
        {**data, "record_id": pa.array(data["record_id"], pa.uint8())}
    ),
    "Arrow, texts": lambda spark, data: pa.table({k: [str(v) for v in values] for k, values in data.items()}),
    "polars": lambda spark, data: pl.DataFrame(data),
    "polars, lazy": lambda spark, data: pl.LazyFrame(data),
    "DuckDB": lambda spark, data: duckdb.from_arrow(pa.table(data)),
    "Spark": lambda spark, data: spark.createDataFrame(pd.DataFrame(data)),
}


@pytest.mark.parametrize("truth", LIBRARIES)
@pytest.mark.parametrize("predicted", LIBRARIES)
def test_tables_of_every_library_score_alike(spark, predicted, truth):
    score = score_resolution(LIBRARIES[predicted](spark, FOUND), LIBRARIES[truth](spark, TRUTH))
    assert (score.records, score.unresolved, score.predicted_clusters, score.true_clusters) == (5, 1, 3, 2)
    assert (score.predicted_pairs, score.true_pairs, score.correct_pairs) == (3, 4, 1)
    assert (score.precision, score.recall) == (1 / 3, 1 / 4)


NOTHING = {
    "pandas": lambda spark: pd.DataFrame({"record_id": [], "cluster_id": []}),
    "pandas, no types": lambda spark: pd.DataFrame(columns=["record_id", "cluster_id"]),
    "Arrow": lambda spark: pa.table({"record_id": pa.array([], pa.null()), "cluster_id": pa.array([], pa.null())}),
    "polars": lambda spark: pl.DataFrame({"record_id": [], "cluster_id": []}),
    "DuckDB": lambda spark: duckdb.sql("select 1 as record_id, 'a' as cluster_id where false"),
    "Spark": lambda spark: spark.createDataFrame([], "record_id bigint, cluster_id string"),
}


@pytest.mark.parametrize("truth", ["pandas", "Spark"])
@pytest.mark.parametrize("nothing", NOTHING)
def test_an_empty_table_puts_nobody_together(spark, nothing, truth):
    score = score_resolution(NOTHING[nothing](spark), LIBRARIES[truth](spark, TRUTH))
    assert (score.precision, score.recall, score.unresolved, score.predicted_clusters) == (1.0, 0.0, 5, 5)


@pytest.mark.parametrize(
    ("predicted", "truth", "said"),
    [
        (FOUND, TRUTH, "truth: found a dict; allowed is a table of pandas, polars, PyArrow, DuckDB, Spark"),
        ([(1, "a")], pd.DataFrame(TRUTH), "predicted: found a list; allowed is a table"),
        (None, pd.DataFrame(TRUTH), "predicted: found nothing; allowed is a table"),
        ("clusters.csv", pd.DataFrame(TRUTH), "predicted: found a str; allowed is a table"),
        (pd.Series(["a"], name="cluster_id"), pd.DataFrame(TRUTH), "predicted: found a pandas.*Series; allowed"),
        (pd.DataFrame(), pd.DataFrame(TRUTH), "predicted: found no column record_id, cluster_id; it has none"),
        (pd.DataFrame(FOUND).set_index("record_id"), pd.DataFrame(TRUTH), "record_id is its index: give it with reset"),
        (pa.table(FOUND), pa.table({**TRUTH, "record_id": [1, 2, 3, 3, 5]}), "truth: found 2 rows for record_id 3"),
        (pl.DataFrame({**FOUND, "record_id": [1, 2, 4, 9]}), pa.table(TRUTH), "record_id 9, which the truth does not"),
        (
            pl.DataFrame({**FOUND, "record_id": [1.5, 2, 4, 5]}),
            pa.table(TRUTH),
            "predicted.record_id: found 1.5; allowed",
        ),
        (pl.DataFrame({**FOUND, "cluster_id": [["a"]] * 4}), pa.table(TRUTH), "predicted.cluster_id: found values of"),
        (pd.DataFrame({**FOUND, "record_id": [1, 2, 4, None]}), pa.table(TRUTH), "found a row without a record_id"),
        (
            pd.DataFrame({**FOUND, "cluster_id": [1, 2, 2, None]}),
            pa.table(TRUTH),
            "found no cluster_id for record_id 5",
        ),
        (
            pl.DataFrame({**FOUND, "cluster_id": [1.0, 2, 2, float("nan")]}),
            pa.table(TRUTH),
            "no cluster_id for record_id 5",
        ),
        (
            pd.DataFrame(FOUND)[["record_id", "cluster_id", "record_id"]],
            pa.table(TRUTH),
            "predicted: cannot be read as",
        ),
        (pa.table(FOUND), pa.table(TRUTH).slice(0, 0), "found no rows with a true_individual_id, so there is nothing"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_in_words(predicted, truth, said):
    with pytest.raises(ConfigError, match=said):
        score_resolution(predicted, truth)


def test_a_closed_connection_is_told_in_words():
    with duckdb.connect() as connection:
        relation = connection.sql("select 1 as record_id, 'a' as cluster_id")
    with pytest.raises(ConfigError, match="predicted: cannot be read"):
        score_resolution(relation, pa.table(TRUTH))
