"""The Python way in: one call for everything, one function per table, and a session that stays as it was."""

import pytest

import idgraph_widgets
from idgraph_widgets import generators, schema
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.errors import ConfigError, RunCancelled
from idgraph_widgets.pipeline import CancelToken, SessionState, WizardStep, execute_full_pipeline, run_pipeline
from idgraph_widgets.storage import content_hash


def test_full_pipeline_tells_what_it_made(spark, config_1k, dataset_1k, tmp_path):
    told = execute_full_pipeline(spark, config_1k, out=tmp_path / "d")
    entries = dataset_1k.manifest["tables"]
    assert told["status"] == "completed"
    assert set(told["tables_created"]) == set(entries) >= set(schema.TABLES)
    assert dict(told["row_counts"].items()) == {n: e["rows"] for n, e in entries.items()}


def test_nowhere_to_write_names_both_ways(spark, config_1k):
    with pytest.raises(ConfigError, match="folder") as found:
        execute_full_pipeline(spark, config_1k)
    assert "schema_name" in str(found.value)
    with pytest.raises(ConfigError, match="folder"):
        execute_full_pipeline(spark, config_1k, write_to_catalog=False)


def test_without_a_folder_the_catalog_has_the_same_rows(spark, config_1k, dataset_1k, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where an engine without a warehouse setting puts its tables
    config = GenerationConfig.from_json(config_1k.to_json())
    config.schema_name = "idgraph_test"
    told = execute_full_pipeline(spark, config)
    assert told["status"] == "completed"
    for name, table in schema.TABLES.items():
        found = content_hash(spark.table(f"idgraph_test.{name}"), table)
        assert found[1] == dataset_1k.manifest["tables"][name]["content_hash"], name
    assert spark.table("idgraph_test_truth.truth_identity").count() == told["row_counts"]["truth_identity"]
    left = [t.name for t in spark.catalog.listTables("idgraph_test_meta") if "staging" in t.name]
    assert left == []


def test_every_table_has_a_function_of_its_own(spark, config_1k, dataset_1k):
    for name in schema.TABLES:
        assert callable(getattr(idgraph_widgets, f"generate_{name}"))
    df = idgraph_widgets.generate_households(spark, config_1k, first=11, last=20)
    assert [r.household_id for r in df.orderBy("household_id").collect()] == list(range(11, 21))
    rows = content_hash(idgraph_widgets.generate_individuals(spark, config_1k, df), schema.TABLES["individuals"])
    same = dataset_1k.individuals.filter("household_id between 11 and 20")
    assert rows == content_hash(same, schema.TABLES["individuals"])


def test_the_session_stays_as_it_was(spark, config_1k):
    keys = (
        "spark.sql.execution.arrow.pyspark.enabled",
        "spark.sql.execution.arrow.enabled",
        "spark.sql.execution.arrow.maxRecordsPerBatch",
        "spark.sql.session.timeZone",
        "spark.sql.ansi.enabled",
    )
    before = [spark.conf.get(key, None) for key in keys]
    views = {t.name for t in spark.catalog.listTables()}
    assert generators.generate_campaigns(spark, config_1k).count() > 0
    assert generators.generate_households(spark, config_1k, 1, 10).count() == 10
    assert [spark.conf.get(key, None) for key in keys] == before
    assert {t.name for t in spark.catalog.listTables()} == views


def test_cancelling_between_tables_publishes_nothing(spark, config_1k, tmp_path):
    token, seen = CancelToken(), []

    def listen(event):
        seen.append((event.step, event.table, event.state))
        if (event.table, event.state) == ("individuals", "finished"):
            token.cancel()

    with pytest.raises(RunCancelled):
        run_pipeline(spark, config_1k, tmp_path / "d", on_progress=listen, cancel=token)
    assert not (tmp_path / "d" / "manifest.json").exists()
    assert not list((tmp_path / "d").glob("**/*.parquet"))
    assert ("households", "finished") in [entry[1:] for entry in seen]
    assert "content_engagements" not in {entry[1] for entry in seen if entry[2] == "finished"}


def test_problems_are_found_before_anything_starts(spark, tmp_path):
    config = GenerationConfig(household_config=HouseholdConfig(num_households=1_000))
    config.audience_config.segments = {"IDG-RETIERD": False}
    with pytest.raises(ConfigError, match="Did you mean 'IDG-RETIRED'"):
        run_pipeline(spark, config, tmp_path / "d")
    assert not (tmp_path / "d").exists()


def test_a_session_is_saved_and_restored(config_1k, tmp_path):
    state = SessionState(config=config_1k)
    state.go_to(WizardStep.CAMPAIGNS)
    state.save(tmp_path / "session.json")
    again = SessionState.load(tmp_path / "session.json")
    assert again.step is WizardStep.CAMPAIGNS
    assert again.config == config_1k
    assert again.back() is WizardStep.HOUSEHOLDS  # where the user was before
