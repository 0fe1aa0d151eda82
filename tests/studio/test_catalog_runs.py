"""A run of the studio into a session's catalog: checked, opened, reported as one into a folder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idgraph_widgets import CatalogDataset, Studio, run_checks
from idgraph_widgets.errors import StorageError
from idgraph_widgets.report.measures.volume import table_volume
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.storage import content_hash
from idgraph_widgets.studio.session import WizardStep

SCHEMA = "studio_runs"
KNOWN = GENERATED


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def run(home, spark, config_1k):
    """A finished run into the catalog of the embedded engine's session."""
    studio = Studio(replace(config_1k, schema_name=SCHEMA), spark=spark, home=home)
    assert studio.state.target.kind == "catalog"
    done = studio.run(timeout=180)
    studio.close()
    assert done.state == "done", done.message
    return done


def test_a_run_into_a_catalog_is_checked(run):
    assert (run.place, run.folder, run.checks) == (SCHEMA, "", "done")
    assert "checks hold" in run.verdict


def test_its_dataset_is_that_of_a_folder(run, home, spark, dataset_1k, messages):
    studio = Studio(spark=spark, home=home)
    dataset = studio.dataset
    assert isinstance(dataset, CatalogDataset) and dataset is studio.dataset
    assert dataset.table_names() == dataset_1k.table_names()
    entries = dataset_1k.manifest["tables"]
    for name in ("households", "campaigns", "content_catalog", "truth_identity"):
        assert content_hash(dataset.table(name), KNOWN[name])[1] == entries[name]["content_hash"]
    both = "select count(*) as n from individuals join households using (household_id)"
    assert dataset.sql(both).collect()[0].n == entries["individuals"]["rows"]
    assert dataset.generation_runs.count() == 1 and dataset.config.schema_name == SCHEMA
    assert studio.runs.kept.checks(run.id, dataset.manifest["run_id"]).verdict == run.verdict
    studio.close()


def test_the_report_speaks_of_it(run, home, spark, messages):
    studio = Studio(spark=spark, home=home)
    studio.state.go_to(WizardStep.REPORT)
    studio._report.make(run)
    panel = studio._report.children[0]
    part = panel.part("checks")
    part.begin()
    assert part.wait(60) and not part.error and run.verdict in str(part.blocks)
    # Bytes are not known there, so none are shown.
    volume = table_volume(studio.dataset)
    assert len(volume) == len(GENERATED) + 1 and volume["rows"].sum() == run.rows and not volume["bytes"].any()
    overview = panel.part("overview")
    assert overview.wait(60) and not overview.error
    assert "Rows per table" in str(overview.blocks) and "Size per table" not in str(overview.blocks)
    studio.close()


def test_without_a_session_the_studio_says_where_it_is(run, home, messages):
    studio = Studio(home=home)
    assert studio.dataset is None
    studio.state.go_to(WizardStep.REPORT)
    assert "Studio(spark=spark)" in studio._report.children[0].value and SCHEMA in studio._report.children[0].value
    studio.close()


def test_what_a_catalog_cannot_do_is_told(run, spark):
    dataset = CatalogDataset(spark, None, SCHEMA)
    assert repr(dataset).startswith(f"<CatalogDataset {SCHEMA}, {len(GENERATED) + 1} tables")
    with pytest.raises(StorageError, match="Write a table with"):
        dataset.export("csv")
    with pytest.raises(StorageError, match="is in a catalog"):
        dataset.files("households")
    with pytest.raises(StorageError, match="studio_runs has no table 'homes'"):
        dataset.table("homes")
    with pytest.raises(StorageError, match="There is no dataset in not_there: found no table generation_runs"):
        CatalogDataset(spark, None, "not_there")


def test_rows_that_are_lost_later_are_found(run, spark):
    """The checks read what is there now, not what was written."""
    kept = spark.table(f"{SCHEMA}.individuals").where("individual_id % 64 <> 1")
    kept.write.mode("overwrite").saveAsTable(f"{SCHEMA}.kept")
    spark.table(f"{SCHEMA}.kept").write.mode("overwrite").saveAsTable(f"{SCHEMA}.individuals")
    with CatalogDataset(spark, None, SCHEMA) as dataset:
        report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest)
    failed = {result.id for result in report.failed}
    assert "structure.individuals.rows" in failed and len(failed) > 3
