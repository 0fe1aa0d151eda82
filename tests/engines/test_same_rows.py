"""The same configuration gives the same rows: whatever the engine, its settings and the partitions; and it grows."""

import json
from datetime import date

import pytest
from pyspark.sql import functions as F
from support.nightly import but_first

from idgraph_widgets import schema
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.storage import content_hash

_RUN = """
import json, sys, tempfile
from pathlib import Path
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.engines import start_engine
from idgraph_widgets.pipeline import run_pipeline

config, (name, ansi, time_zone, partitions) = GenerationConfig.from_json(sys.argv[1]), json.loads(sys.argv[2])
with start_engine(name) as engine, tempfile.TemporaryDirectory() as folder:
    # The session is this program's own, so it may be set up as a user might have done.
    engine.spark.conf.set("spark.sql.ansi.enabled", ansi)
    engine.spark.conf.set("spark.sql.session.timeZone", time_zone)
    result = run_pipeline(engine.spark, config, out=Path(folder, "d"), partitions=partitions)
    print(json.dumps({name: entry.content_hash for name, entry in result.manifest.tables.items()}))
"""

GROWING = (
    "households",
    "individuals",
    "identity_mappings",
    "content_engagements",
    "viewership_patterns",
    "audience_attributes",
    "truth_identity",
    "truth_records",
    "source_records",
)

EVENTS = {"content_engagements": "engagement_ts", "campaign_exposures": "exposure_ts", "response_events": "response_ts"}


def _hashes(path) -> dict:
    tables = json.loads((path / "manifest.json").read_text())["tables"]
    return {name: entry["content_hash"] for name, entry in tables.items()}


@pytest.fixture(scope="module")
def expected(dataset_1k_path):
    """Hashes of the embedded engine's run: every table has one, the log of runs none."""
    hashes = _hashes(dataset_1k_path)
    assert {name for name, digest in hashes.items() if digest is None} == {"generation_runs"}
    assert len(set(hashes.values())) == len(hashes)
    return hashes


@pytest.mark.parametrize("partitions", but_first([3, 1, 8]))
def test_partitions_do_not_matter(spark, config_1k, expected, tmp_path, partitions):
    run_pipeline(spark, config_1k, tmp_path / "d", partitions=partitions)
    assert _hashes(tmp_path / "d") == expected


def test_settings_of_the_session_do_not_matter(run_python, config_1k, expected):
    setting = ("embedded", "false", "America/New_York", None)
    assert run_python(_RUN, config_1k.to_json(), json.dumps(setting)) == expected


@pytest.mark.parametrize(
    "setting", but_first([("spark", "false", "America/New_York", 3), ("connect", "true", "UTC", None)]), ids=str
)
def test_spark_gives_the_same_rows(require_java, run_python, config_1k, expected, setting):
    """Classic and Connect, each setting with one of them; Connect is asked with columns of one's own, too."""
    assert run_python(_RUN, config_1k.to_json(), json.dumps(setting), timeout=900) == expected


def test_another_seed_gives_other_rows(spark, expected, tmp_path):
    config = GenerationConfig(seed=43, household_config=HouseholdConfig(num_households=1_000))
    run_pipeline(spark, config, tmp_path / "d")
    other = _hashes(tmp_path / "d")
    same = {name for name in expected if expected[name] == other[name]}
    assert same == {"generation_runs", "segment_rules"}


def test_a_small_dataset_is_a_prefix_of_a_larger_one(spark, expected, tmp_path):
    config = GenerationConfig(seed=42, household_config=HouseholdConfig(num_households=5_000))
    run_pipeline(spark, config, tmp_path / "d")
    with Dataset(tmp_path / "d", spark) as larger:
        mine = larger.table("identity_mappings").filter("household_id <= 1000").select("mapping_id")
        of_mine = larger.table("truth_records").filter(F.col("true_individual_id") < 1001 * 16).select("record_id")
        for name in GROWING:
            df = larger.table(name)
            if name == "truth_identity":
                df = df.join(mine, "mapping_id", "left_semi")
            elif "record_id" in df.columns:
                df = df.join(of_mine, "record_id", "left_semi")
            elif "household_id" in df.columns:
                df = df.filter("household_id <= 1000")
            else:
                df = df.filter(F.col("individual_id") < 1001 * 16)
            table = schema.GENERATED[name]
            assert content_hash(df, table)[1] == expected[name], name


def test_a_later_end_keeps_every_event(spark, config_1k, dataset_1k, tmp_path):
    shorter = GenerationConfig.from_json(config_1k.to_json())
    shorter.end_date = date(2025, 3, 8)  # in the middle of a week from the start and of a campaign period
    end = (shorter.end_date - date(1970, 1, 1)).days * 86_400_000_000
    run_pipeline(spark, shorter, tmp_path / "d")
    with Dataset(tmp_path / "d", spark) as short:
        for name, time in EVENTS.items():
            table = schema.TABLES[name]
            earlier = dataset_1k.table(name).filter(F.unix_micros(time) < end)
            assert content_hash(earlier, table) == content_hash(short.table(name), table), name
            assert short.table(name).count() < dataset_1k.table(name).count()
        # Identifiers are only added; of the earlier ones, only what the end of the window tells may differ.
        moving = {"last_seen_ts", "is_active", "opted_out_ts"}
        columns = [c for c in schema.TABLES["identity_mappings"].column_names if c not in moving]
        earlier = short.table("identity_mappings").select(*columns)
        later = dataset_1k.table("identity_mappings").select(*columns)
        compared = earlier.alias("a").join(later.alias("b"), "mapping_id", "left")
        different = [~F.col(f"a.{c}").eqNullSafe(F.col(f"b.{c}")) for c in columns if c != "mapping_id"]
        assert compared.filter(F.greatest(*[d.cast("int") for d in different]) == 1).count() == 0
