"""Clean, realistic and hard do what they promise to two simple resolvers, one of the graph, one of records."""

import pytest

from idgraph_widgets import GenerationConfig, score_resolution, with_difficulty
from idgraph_widgets.config import DIFFICULTIES, HouseholdConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.generators import (
    generate_households,
    generate_identity_mappings,
    generate_individuals,
    generate_truth_identity,
    plan_false_links,
    plan_own_identifiers,
    plan_persons,
    plan_records,
)
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality import run_checks

MATCH_KEYS = (("email",), ("phone",), ("first_name", "last_name", "birth_date"))
"""A pair of records is one person if all columns of any of these are filled and equal."""


@pytest.fixture(scope="module")
def made(spark, tmp_path_factory):
    """Per difficulty: links with their truth, and records with theirs; 2 000 households."""
    result = {}
    for name in DIFFICULTIES:
        folder = tmp_path_factory.mktemp(name)
        config = GenerationConfig(seed=3, household_config=HouseholdConfig(num_households=2_000))
        config = with_difficulty(config, name)

        def kept(table, df, folder=folder):
            df.write.parquet(str(folder / table))
            return spark.read.schema(df.schema).parquet(str(folder / table))

        households = kept("h", generate_households(spark, config))
        individuals = kept("i", generate_individuals(spark, config, households))
        people = kept("p", plan_persons(spark, config, households, individuals))
        own = kept("own", plan_own_identifiers(spark, config, people))
        astray = kept("astray", plan_false_links(spark, config, households, own))
        args = (spark, config, households, individuals, own, astray)
        links = kept("m", generate_identity_mappings(*args))
        truth = kept("t", generate_truth_identity(*args))
        records = kept("r", plan_records(spark, config, households, individuals, people))
        result[name] = links, truth, records
    return result


def trusting(links, truth):
    """The graph taken at its word: an identifier belongs to the person it is linked to."""
    clusters = links.selectExpr("mapping_id as record_id", "individual_id as cluster_id")
    return score_resolution(clusters, truth.withColumnRenamed("mapping_id", "record_id"))


def exact(records):
    """Records that agree exactly on a key are one person, and so are those they agree with."""
    data = records.toPandas()
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
    return score_resolution(data[["record_id", "cluster_id"]], records)


def test_a_harder_graph_is_more_often_wrong(made):
    found = {name: trusting(links, truth).f1 for name, (links, truth, _) in made.items()}
    assert found["clean"] == 1.0
    assert 0.93 < found["realistic"] < 0.98
    assert found["hard"] < found["realistic"] - 0.06


def test_harder_records_are_harder_to_resolve(made):
    found = {name: exact(records) for name, (_, _, records) in made.items()}
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
