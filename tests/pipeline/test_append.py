"""A dataset that grows, by households and by days, against one made at once."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal

import pytest
from deltalake import DeltaTable
from pyspark.sql import functions as F

from idgraph_widgets import schema
from idgraph_widgets.cli import main
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.errors import ConfigError, RunError
from idgraph_widgets.pipeline import execute_full_pipeline, run_pipeline
from idgraph_widgets.quality import run_checks
from idgraph_widgets.schema import ids
from idgraph_widgets.storage import Manifest, content_hash
from idgraph_widgets.storage.folder.delta import RUN_ID

HOMES, MORE_HOMES = 1_000, 1_400
LATER = date(2025, 4, 16)
DAY = 86_400_000_000
EVENTS = {"content_engagements": "engagement_ts", "campaign_exposures": "exposure_ts", "response_events": "response_ts"}
UNBOUND = [*list(schema.TABLES)[:6], "truth_identity", "source_records", "truth_records"]
"""Tables 1-6, their truth and the source records: no row of theirs depends on how the dataset came about."""


def asked(config, homes=HOMES, end=None, **changes):
    """`config` grown to that many households and that end, as an append."""
    grown = GenerationConfig.from_dict({**config.to_dict(), "incremental": True, **changes})
    grown.household_config.num_households = homes
    grown.end_date = end or config.end_date
    return grown


def hashes(manifest):
    return {name: entry.content_hash for name, entry in manifest.tables.items()}


@pytest.fixture(scope="module")
def at_once(spark, config_1k, tmp_path_factory):
    """Manifest of a dataset with the final size, made by one run: an append to nothing."""
    folder = tmp_path_factory.mktemp("append") / "at once"
    return run_pipeline(spark, asked(config_1k, MORE_HOMES, LATER), folder).manifest


@pytest.fixture(scope="module")
def steps(spark, config_1k, dataset_1k_path, tmp_path_factory):
    """Folders of a dataset that grew first by households, then by days."""
    folder = tmp_path_factory.mktemp("append")
    homes = shutil.copytree(dataset_1k_path, folder / "homes")
    run_pipeline(spark, asked(config_1k, MORE_HOMES), homes)
    days = shutil.copytree(homes, folder / "days")
    run_pipeline(spark, asked(config_1k, MORE_HOMES, LATER), days)
    return {"homes": homes, "days": days}


def test_tables_1_to_6_are_those_of_one_larger_run(at_once, steps):
    grown, whole = hashes(Manifest.read(steps["days"])), hashes(at_once)
    assert {n: grown[n] for n in UNBOUND} == {n: whole[n] for n in UNBOUND}
    assert grown["campaigns"] == whole["campaigns"]


def test_from_a_border_of_blocks_every_table_is_that_of_one_larger_run(spark, config_1k, tmp_path, monkeypatch):
    """Both directions in one append, over several blocks (small ones, so that it is quick)."""
    monkeypatch.setattr(ids, "BLOCK", 500)
    run_pipeline(spark, config_1k, tmp_path / "grown")
    wanted = asked(config_1k, 2_500, LATER)
    grown = run_pipeline(spark, wanted, tmp_path / "grown").manifest
    assert grown.mode == "append" and grown.block_starts == []
    assert hashes(grown) == hashes(run_pipeline(spark, wanted, tmp_path / "at once").manifest)


@pytest.mark.parametrize("step", ["homes", "days"])
def test_the_manifest_tells_what_is_on_disk_and_every_check_holds(spark, steps, step):
    with Dataset(steps[step], spark) as dataset:
        for name, table in schema.GENERATED.items():
            entry = dataset.manifest["tables"][name]
            assert content_hash(dataset.table(name), table) == (entry["rows"], entry["content_hash"]), name
            adds = DeltaTable(steps[step] / entry["path"], version=entry["delta_version"]).get_add_actions()
            assert adds.num_rows == entry["files"]
            assert sum(adds.column("size_bytes").to_pylist()) == entry["bytes"]
        report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest)
    assert report.results and report.passed, report.to_text()


def test_more_households_leave_what_is_written(spark, dataset_1k, steps):
    """Every table but the sums keeps the rows of the first households; of campaigns only the budget moves."""
    with Dataset(steps["homes"], spark) as grown:
        for name in [*UNBOUND[:6], *EVENTS]:
            df = grown.table(name)
            if "household_id" in df.columns:
                df = df.filter(F.col("household_id") <= HOMES)
            else:
                df = df.filter(F.col("individual_id") < (HOMES + 1) * 16)
            entry = dataset_1k.manifest["tables"][name]
            assert content_hash(df, schema.TABLES[name]) == (entry["rows"], entry["content_hash"]), name
            assert df.count() < grown.table(name).count(), name
        before, after = dataset_1k.campaigns.toPandas(), grown.campaigns.toPandas()
    before, after = (df.sort_values("campaign_id", ignore_index=True) for df in (before, after))
    assert before.drop(columns="budget").equals(after.drop(columns="budget"))
    for homes, campaigns in ((HOMES, before), (MORE_HOMES, after)):
        share = campaigns.budget_per_1000_households * homes / 1000
        assert ((campaigns.budget - share >= 0) & (campaigns.budget - share < Decimal("0.01"))).all()


def test_more_days_leave_what_is_written(spark, config_1k, steps):
    """Rows of earlier days stay as they are, and every added row is of a later day."""
    end = (config_1k.end_date - date(1970, 1, 1)).days
    with Dataset(steps["homes"], spark) as before, Dataset(steps["days"], spark) as after:
        for name, time in EVENTS.items():
            earlier = after.table(name).filter(F.unix_micros(time) < end * DAY)
            table = schema.TABLES[name]
            assert content_hash(earlier, table) == content_hash(before.table(name), table), name
            assert after.table(name).count() > before.table(name).count(), name
        old = after.campaigns.filter(F.unix_date("start_date") < end)
        assert content_hash(old, schema.TABLES["campaigns"]) == content_hash(
            before.campaigns, schema.TABLES["campaigns"]
        )
        # Identifiers live on, and new ones appear.
        lived_on = before.identity_mappings.alias("b").join(after.identity_mappings.alias("a"), "mapping_id")
        assert lived_on.count() == before.identity_mappings.count()
        assert lived_on.filter("a.last_seen_ts > b.last_seen_ts").count() > 0
        assert after.identity_mappings.count() > before.identity_mappings.count()


def commits(folder, path, run_id):
    """Operation and mode of the Delta commits that a run made to a table."""
    history = DeltaTable(folder / path).history()
    mine = [commit for commit in history if commit.get(RUN_ID) == run_id]
    return [(c["operation"], c["operationParameters"].get("mode", "").lower()) for c in mine]


def test_each_append_is_one_commit(steps):
    """What a pipeline downstream reads as one batch: four appends, one replacement."""
    runs = {step: Manifest.read(folder) for step, folder in steps.items()}
    tables = runs["days"].tables
    days = {name: commits(steps["days"], entry.path, runs["days"].run_id) for name, entry in tables.items()}
    for name in ("campaigns", *EVENTS):
        assert days[name] == [("WRITE", "append")], name
    assert tables["campaigns"].rows > runs["homes"].tables["campaigns"].rows
    assert [mode for _, mode in days["identity_mappings"]] == ["overwrite"]
    assert [mode for _, mode in days["viewership_patterns"]] == ["overwrite"]
    assert [mode for _, mode in days["outcome_metrics"]] == ["overwrite"]
    for name in ("households", "individuals", "audience_attributes", "content_catalog", "segment_rules"):
        assert days[name] == [], name
    homes = {name: commits(steps["homes"], entry.path, runs["homes"].run_id) for name, entry in tables.items()}
    for name in [*UNBOUND, *EVENTS, "campaign_holdouts"]:
        assert homes[name] == [("WRITE", "append")], name
    for name in ("campaigns", "campaign_daily", "outcome_metrics"):
        assert [mode for _, mode in homes[name]] == ["overwrite"], name


def test_the_log_of_runs_records_modes_and_blocks(spark, steps):
    with Dataset(steps["days"], spark) as dataset:
        rows = dataset.generation_runs.orderBy("started_ts").collect()
    assert [(row.mode, json.loads(row.block_starts_json)) for row in rows] == [
        ("overwrite", []),
        ("append", [HOMES + 1]),
        ("append", [HOMES + 1]),
    ]


def test_replaying_adds_nothing(spark, config_1k, steps):
    before = sorted(steps["days"].rglob("*")), (steps["days"] / "manifest.json").read_bytes()
    result = execute_full_pipeline(spark, asked(config_1k, MORE_HOMES, LATER), out=steps["days"])
    assert result["status"] == "unchanged"
    assert (sorted(steps["days"].rglob("*")), (steps["days"] / "manifest.json").read_bytes()) == before


def test_other_settings_are_refused_with_all_differences(spark, config_1k, steps):
    config = asked(config_1k, HOMES, date(2025, 3, 31), seed=7)
    config.engagement_config.click_share = 0.2
    config.campaign_config.bid_prices = {**config.campaign_config.bid_prices, "ctv": 30.0}
    before = (steps["homes"] / "manifest.json").read_bytes()
    with pytest.raises(ConfigError) as found:
        run_pipeline(spark, config, steps["homes"])
    paths = {problem.path for problem in found.value.problems}
    assert paths == {
        "seed",
        "end_date",
        "household_config.num_households",
        "engagement_config.click_share",
        "campaign_config.bid_prices",
    }
    assert "seed: found 7; allowed: 42, as in the dataset" in str(found.value)
    assert "'ctv': 30.0" in str(found.value) and "'email'" not in str(found.value)
    assert "1,400 or more" in str(found.value)
    assert (steps["homes"] / "manifest.json").read_bytes() == before


def rewrite_manifest(folder, change):
    data = json.loads((folder / "manifest.json").read_text())
    change(data)
    (folder / "manifest.json").write_text(json.dumps(data))


def test_rows_of_another_version_are_refused(spark, config_1k, dataset_1k_path, tmp_path):
    """By the version that is recorded, and by the rows themselves."""
    folder = shutil.copytree(dataset_1k_path, tmp_path / "d")
    rewrite_manifest(folder, lambda data: data["versions"].update(idgraph_widgets="0.0.1"))
    with pytest.raises(ConfigError, match=r"version of idgraph_widgets: .*0\.0\.1, which wrote the dataset"):
        run_pipeline(spark, asked(config_1k, end=LATER), folder)

    shutil.rmtree(folder)
    shutil.copytree(dataset_1k_path, folder)
    other = {"content_hash": "0" * 64}
    rewrite_manifest(folder, lambda data: data["tables"]["campaign_exposures"].update(other))
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(
        RunError, match="campaign_exposures: what the dataset has before 2025-04-01 came out with other"
    ):
        run_pipeline(spark, asked(config_1k, end=LATER), folder)
    assert (folder / "manifest.json").read_bytes() == before
    entry = Manifest.read(folder).tables["campaign_exposures"]
    assert DeltaTable(folder / entry.path).version() == entry.delta_version


def test_a_catalog_without_delta_is_refused_before_anything_is_written(spark, config_1k):
    schema = "append_refused"
    with pytest.raises(ConfigError, match="incremental: found true") as refused:
        run_pipeline(spark, asked(config_1k, schema_name=schema))
    assert "Needs Delta" in str(refused.value) and "out=..." in str(refused.value)
    assert not spark.catalog.databaseExists(schema)


def test_an_append_to_nothing_makes_the_dataset(at_once):
    assert (at_once.mode, at_once.tables["households"].rows) == ("overwrite", MORE_HOMES)


def test_the_command_takes_everything_else_from_the_dataset(dataset_1k_path, tmp_path, capsys):
    folder = shutil.copytree(dataset_1k_path, tmp_path / "d")
    out = str(folder)
    assert main(["generate", "--mode", "append", "--days", "2", "--out", out, "--json", "--quiet"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["mode"] == "append" and printed["checks"]["passed"]
    before, after = Manifest.read(dataset_1k_path).config, Manifest.read(folder).config
    assert after == {**before, "end_date": "2025-04-03", "incremental": True}
    again = ["generate", "--mode", "append", "--households", "1000", "--end-date", "2025-04-03", "--out", out]
    assert main(again) == 0
    assert "Nothing to add" in capsys.readouterr().out
    assert main([*again, "--seed", "8"]) == 2
    assert "seed: found 8; allowed: 42, as in the dataset" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--mode", "append", "--days", "7"], "nothing to add days to"),
        (["--days", "7"], "needs --mode append"),
        (["--mode", "append", "--days", "7", "--end-date", "2025-05-01"], "not both"),
    ],
)
def test_days_need_a_dataset(tmp_path, capsys, args, message):
    assert main(["generate", *args, "--out", str(tmp_path / "none")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_days_must_be_days(dataset_1k_path, capsys):
    for days in ("0", "-3", "9999999"):
        args = ["generate", "--mode", "append", "--days", days, "--out", str(dataset_1k_path), "--dry-run"]
        assert main(args) == 2
        assert "--days" in capsys.readouterr().err
