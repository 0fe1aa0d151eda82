"""Clean, realistic and hard do what they promise to two simple resolvers, one of the graph, one of records."""

import pytest
from support.ads import frame
from support.graph import graph_of
from support.people import records_of

from idgraph_widgets import GenerationConfig, score_resolution, with_difficulty
from idgraph_widgets.config import DIFFICULTIES, HouseholdConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality import run_checks

MATCH_KEYS = (("email",), ("phone",), ("first_name", "last_name", "birth_date"))
"""A pair of records is one person if all columns of any of these are filled and equal."""


@pytest.fixture(scope="module")
def made(spark):
    """Per difficulty: links with their truth, and records with theirs; 2,000 households. Truth as Spark frames."""
    result = {}
    for name in DIFFICULTIES:
        config = GenerationConfig(seed=3, household_config=HouseholdConfig(num_households=2_000))
        config = with_difficulty(config, name)
        graph = graph_of(config)
        found, truth = records_of(config, graph.households, graph.individuals)
        true_links = graph.frame("truth_identity").rename(columns={"mapping_id": "record_id"})
        result[name] = (
            graph.frame("identity_mappings"),
            spark.createDataFrame(true_links[["record_id", "true_individual_id"]]),
            frame("source_records", found),
            spark.createDataFrame(frame("truth_records", truth)),
        )
    return result


def trusting(links, truth):
    """The graph taken at its word: an identifier belongs to the person it is linked to."""
    clusters = links[["mapping_id", "individual_id"]].set_axis(["record_id", "cluster_id"], axis=1)
    return score_resolution(clusters, truth)


def exact(records, truth):
    """Records that agree exactly on a key are one person, and so are those they agree with."""
    data = records.copy()
    parent = {record: record for record in data.record_id}

    def root(record):
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for key in MATCH_KEYS:
        filled = data.dropna(subset=list(key))
        for group in filled.groupby(list(key)).record_id.apply(list):
            for record in group[1:]:
                parent[root(record)] = root(group[0])
    data["cluster_id"] = [root(record) for record in data.record_id]
    return score_resolution(data[["record_id", "cluster_id"]], truth)


def test_a_harder_graph_is_more_often_wrong(made):
    found = {name: trusting(links, truth).f1 for name, (links, truth, *_) in made.items()}
    assert found["clean"] == 1.0
    assert 0.90 < found["realistic"] < 0.95
    assert found["hard"] < found["realistic"] - 0.06


def test_harder_records_are_harder_to_resolve(made):
    found = {name: exact(records, truth) for name, (*_, records, truth) in made.items()}
    assert found["clean"].f1 > 0.97
    assert 0.70 < found["realistic"].f1 < 0.93
    assert found["hard"].f1 < found["realistic"].f1 - 0.15
    assert found["hard"].recall < found["realistic"].recall < found["clean"].recall
    assert found["hard"].b3_f1 < found["realistic"].b3_f1 < found["clean"].b3_f1


def test_a_dataset_without_any_noise_can_be_made(spark, tmp_path):
    """No false link at all: an intermediate frame without rows."""
    config = with_difficulty(GenerationConfig(household_config=HouseholdConfig(num_households=1_000)), "clean")
    run_pipeline(spark, config, tmp_path / "d")
    with Dataset(tmp_path / "d", spark) as dataset:
        assert dataset.truth_identity.filter("relation <> 'owner'").count() == 0
        report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest)
        assert report.passed, report.to_text()
