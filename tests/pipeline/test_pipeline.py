"""The Python way in: one call for everything, one function per table, and a session that stays as it was."""

import time

import pytest
from pyspark.sql import functions as F

import idgraph_widgets
from idgraph_widgets import schema
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.errors import ConfigError, RunCancelled
from idgraph_widgets.pipeline import CancelToken, execute_full_pipeline, frames, run_pipeline
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.storage import content_hash
from idgraph_widgets.studio.session import SessionState, WizardStep


def test_full_pipeline_tells_what_it_made(spark, config_1k, dataset_1k, tmp_path):
    result = execute_full_pipeline(spark, config_1k, out=tmp_path / "d")
    entries = dataset_1k.manifest["tables"]
    assert result["status"] == "completed"
    assert set(result["tables_created"]) == set(entries) >= set(schema.TABLES)
    assert dict(result["row_counts"].items()) == {n: e["rows"] for n, e in entries.items()}


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
    result = execute_full_pipeline(spark, config)
    assert result["status"] == "completed"
    for name, table in schema.TABLES.items():
        found = content_hash(spark.table(f"idgraph_test.{name}"), table)
        assert found[1] == dataset_1k.manifest["tables"][name]["content_hash"], name
    assert spark.table("idgraph_test_truth.truth_identity").count() == result["row_counts"]["truth_identity"]
    left = [t.name for t in spark.catalog.listTables("idgraph_test_meta") if "staging" in t.name]
    assert left == []


@pytest.mark.parametrize("name", GENERATED)
def test_every_table_has_a_function_of_its_own(spark, config_1k, dataset_1k, name):
    """Its rows are those of a whole run, whichever households are asked for."""
    generate = getattr(frames, f"generate_{name}")
    assert name not in schema.TABLES or getattr(idgraph_widgets, f"generate_{name}") is generate
    table = GENERATED[name]
    assert content_hash(generate(spark, config_1k), table)[1] == dataset_1k.manifest["tables"][name]["content_hash"]
    limits = table.range_of(11, 20)
    if limits is not None and limits[0] != "true_individual_id":  # the asserted household decides
        column, low, high = limits
        asked = dataset_1k.table(name).filter(F.col(column).between(low, high))
        assert content_hash(generate(spark, config_1k, 11, 20), table) == content_hash(asked, table)


def test_households_outside_the_configuration_are_refused(spark, config_1k):
    for first, last in ((0, 5), (7, 6), (1, 1_001)):
        with pytest.raises(ConfigError, match="households 1 to 1,000"):
            idgraph_widgets.generate_households(spark, config_1k, first, last)


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
    assert idgraph_widgets.generate_campaigns(spark, config_1k).count() > 0
    assert idgraph_widgets.generate_households(spark, config_1k, 1, 10).count() == 10
    assert [spark.conf.get(key, None) for key in keys] == before
    assert {t.name for t in spark.catalog.listTables()} == views


def test_cancelling_publishes_nothing(spark, tmp_path):
    """Cancelled while blocks are made: it ends in seconds, and nothing is left."""
    token, at = CancelToken(), []
    config = GenerationConfig(household_config=HouseholdConfig(num_households=200_000))

    def listen(event):
        if event.rows and not token.cancelled:
            token.cancel()
            at.append(time.monotonic())

    with pytest.raises(RunCancelled):
        run_pipeline(spark, config, tmp_path / "d", on_progress=listen, cancel=token)
    assert time.monotonic() - at[0] < 30  # some parts of blocks, not 20 blocks
    assert not (tmp_path / "d" / "manifest.json").exists()
    time.sleep(3)  # tasks that were at work have noticed by now
    assert not list((tmp_path / "d").glob("**/*.parquet"))


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
