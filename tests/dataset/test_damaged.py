"""A dataset that something happened to since it was published: what is missing is reported, the rest is checked."""

from __future__ import annotations

import json
import shutil

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from support.processes import idgraph

from idgraph_widgets.dataset import Dataset
from idgraph_widgets.quality import run_checks
from idgraph_widgets.report.kept import CHECKS, keep_checks, kept_checks
from idgraph_widgets.storage.folder.lock import CONTROL


@pytest.fixture
def copied(dataset_1k_path, tmp_path):
    """The small dataset, to be damaged."""
    # Other tests may have kept what checks found of it.
    return shutil.copytree(dataset_1k_path, tmp_path / "mine", ignore=shutil.ignore_patterns(CHECKS))


def manifest_changed(folder, change) -> None:
    path = folder / "manifest.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def rewritten(folder, change) -> None:
    """A table as somebody writes it anew with another program."""
    table = pa.table(DeltaTable(str(folder)).to_pyarrow_table())
    write_deltalake(str(folder), change(table), mode="overwrite", schema_mode="overwrite")


def test_what_is_missing_is_told_and_the_rest_is_checked(copied):
    shutil.rmtree(copied / "truth" / "truth_conversion")
    rewritten(copied / "campaigns", lambda table: table.drop_columns(["budget"]))
    rewritten(copied / "households", lambda table: table.slice(0, 999))
    next((copied / "outcome_metrics").rglob("*.parquet")).unlink()

    def older(document):
        document["config"]["household_config"]["old_dial"] = 3
        document["versions"]["idgraph_widgets"] = "0.0.9"
        document["tables"].pop("source_records")
        document["noted_by_another_version"] = True
        document["tables"]["campaigns"]["noted_by_another_version"] = True

    manifest_changed(copied, older)
    done = idgraph("check", copied, "--json")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    notes = "\n".join(report["notes"])
    assert "truth_conversion cannot be read: " in notes and "is not a Delta table any more" in notes
    assert "campaigns was written to outside of this library: version 1 is checked, version 0 was published." in notes
    assert "outcome_metrics cannot be read: " in notes and "files of version 0 are gone" in notes
    assert "leaves out: household_config.old_dial. The dataset was written by version 0.0.9." in notes
    assert {"structure.households.rows", "structure.campaigns.columns", "households.exactly_size_people"} & set(
        report["failed"]
    ) == {"structure.households.rows", "structure.campaigns.columns"}
    lacking = report["lacking"]
    assert lacking["campaigns.budget"] == "campaigns.budget (missing, declared decimal(18,2))"
    assert lacking["responses.truth_every_purchase"] == "the table truth_conversion"
    assert "the table source_records" in lacking["records.adults"]
    assert "the table outcome_metrics" in lacking["outcomes.reach"]
    assert set(lacking) == set(report["skipped"])
    checked = {result["id"] for result in report["results"]}
    assert {"households.couples", "identity.relation", "engagement.duration", "campaigns.caps"} <= checked
    assert len(report["statistics"]) > 40
    text = idgraph("check", copied).stdout
    assert "could not be evaluated without the table truth_conversion: " in text
    assert "! campaigns was written to outside of this library" in text
    assert not (copied / CONTROL / CHECKS).exists()


def test_a_manifest_of_another_format_is_told_in_words(copied):
    manifest_changed(copied, lambda document: document.update(format_version=7))
    done = idgraph("check", copied)
    assert done.returncode == 3
    assert "has format 7, written by version 0.1.0 of this library; this version reads format 1." in done.stderr


def test_what_checks_found_is_used_again_while_the_rows_are_the_same(copied, spark):
    with Dataset(copied, spark) as dataset:
        assert kept_checks(dataset) is None
        report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest)
        keep_checks(dataset, report)
        kept = kept_checks(dataset)
        assert kept.to_dict() == report.to_dict() and kept.holds
    rewritten(copied / "campaigns", lambda table: table.slice(1))
    with Dataset(copied, spark) as dataset:
        assert kept_checks(dataset) is None  # somebody wrote to it outside


def test_other_rows_are_checked_anew(copied, spark):
    with Dataset(copied, spark) as dataset:
        keep_checks(dataset, run_checks(spark, dataset.tables(), dataset.config, dataset.manifest))
    manifest_changed(copied, lambda document: document["tables"]["households"].update(content_hash="other"))
    assert kept_checks(Dataset(copied, spark)) is None


def test_the_report_uses_what_check_found(copied):
    assert idgraph("check", copied).returncode == 0
    document = json.loads((copied / CONTROL / CHECKS).read_text(encoding="utf-8"))
    document["report"]["seconds"] = 4321.0
    (copied / CONTROL / CHECKS).write_text(json.dumps(document), encoding="utf-8")
    assert "(4321.0 s)" in idgraph("report", copied).stdout
