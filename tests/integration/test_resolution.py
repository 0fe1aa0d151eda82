"""Scores of a resolution against a count of every single pair."""

import itertools
import random

import pandas as pd
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
