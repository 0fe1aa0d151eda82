"""Columns of one's own: the same rows on every engine and as a dataset grows, checked, and each check can fail."""

from __future__ import annotations

import json
from datetime import date

import duckdb
import pytest
from pyspark.sql import functions as F
from support.extras import BROKEN, extras_config
from support.nightly import but_first

from idgraph_widgets.config import ConfigError, GenerationConfig
from idgraph_widgets.config.extra_columns import extra_columns, tables_of
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.errors import RunError
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.pipeline.frames import generate
from idgraph_widgets.quality import all_checks, run_checks
from idgraph_widgets.quality.dialects import translated
from idgraph_widgets.quality.dqx import dqx_rules
from idgraph_widgets.quality.runner import context_of
from idgraph_widgets.quality.statements import statements
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.storage import content_hash

CONFIG = extras_config()
OWN = extra_columns(CONFIG)
TABLES = tables_of(CONFIG)
WITH_OWN = sorted({column.table for column in OWN})
GROUPS = ["structure", "consistency", "reconciliation"]


@pytest.fixture(scope="module")
def own(spark, tmp_path_factory):
    """A dataset with all of them."""
    folder = tmp_path_factory.mktemp("extras") / "own"
    run_pipeline(spark, CONFIG, folder)
    with Dataset(folder, spark) as dataset:
        yield dataset


def hashes(manifest) -> dict:
    return {name: entry["content_hash"] for name, entry in manifest["tables"].items() if name in GENERATED}


def test_every_check_holds(own):
    report = run_checks(own.spark, own.tables(), own.config, own.manifest, groups=GROUPS)
    assert report.passed and not report.skipped, report.to_text()
    ids = {result.id for result in report.results}
    for column in OWN:
        about = f"{column.table}.{column.name}."
        assert any(about in i for i in ids), about


def test_the_hash_is_of_all_columns_and_the_others_are_as_without(own, dataset_1k):
    """The engine's hash of what is published is the manifest's, that of the declared columns a plain dataset's."""
    published, plain = hashes(own.manifest), hashes(dataset_1k.manifest)
    assert {name for name in plain if plain[name] != published[name]} == set(WITH_OWN)
    for name in WITH_OWN:
        df = own.table(name)
        assert content_hash(df, TABLES[name])[1] == published[name], name
        assert content_hash(df, GENERATED[name])[1] == plain[name], name
        assert df.columns == list(TABLES[name].column_names)


@pytest.mark.parametrize("partitions", but_first([3, 1]))
def test_partitions_do_not_matter(spark, own, tmp_path, partitions, monkeypatch):
    from idgraph_widgets.pipeline import sizing

    monkeypatch.setattr(sizing, "BYTES_AT_A_TIME", 10 << 20)
    run_pipeline(spark, CONFIG, tmp_path / "d", partitions=partitions)
    assert hashes(Dataset(tmp_path / "d", spark).manifest) == hashes(own.manifest)


def test_a_catalog_gets_the_same_rows(spark, own):
    config = GenerationConfig.from_dict({**CONFIG.to_dict(), "schema_name": "own_columns"})
    manifest = run_pipeline(spark, config).manifest
    assert hashes(manifest.to_dict()) == hashes(own.manifest)
    found = spark.table("own_columns.individuals")
    assert content_hash(found, TABLES["individuals"])[1] == hashes(own.manifest)["individuals"]


def test_a_frame_has_them_too(spark, own):
    for name in ("individuals", "outcome_metrics", "segment_rules"):
        found = generate(spark, CONFIG, name)
        assert content_hash(found, TABLES[name])[1] == hashes(own.manifest)[name]


_CLASSIC = """
import json, sys
from pathlib import Path
from support.delta_session import start
folder = sys.argv[2]
spark = start(folder)
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality import check_ids, run_checks

config = GenerationConfig.from_json(sys.argv[1])
into_folder = run_pipeline(spark, config, Path(folder, "own"), partitions=2).manifest
config.schema_name = "own_columns"
into_catalog = run_pipeline(spark, config, partitions=2).manifest
only = [i for i in check_ids(config) if i.startswith(("extras.", "structure.individuals.", "structure.households."))]
failed = {}
with Dataset(Path(folder, "own"), spark) as dataset:
    for ansi in ("true", "false"):
        spark.conf.set("spark.sql.ansi.enabled", ansi)  # this program's own session
        report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest, only=only)
        failed[ansi] = [result.id for result in report.failed] + report.skipped
comments = {field.name: field.metadata.get("comment") for field in spark.table("own_columns.individuals").schema}
print(json.dumps({
    "folder": {name: entry.content_hash for name, entry in into_folder.tables.items()},
    "catalog": {name: entry.content_hash for name, entry in into_catalog.tables.items()},
    "failed": failed,
    "own": sum(result.id.startswith("extras.") for result in report.results),
    "comment": comments["card"],
}))
"""


@pytest.mark.nightly
def test_classic_spark_gives_the_same_rows_and_its_sql_agrees(require_java, run_python, own, tmp_path):
    """Into a folder and into a catalog with Delta; every expression is computed again by Spark's own SQL."""
    found = run_python(_CLASSIC, CONFIG.to_json(), str(tmp_path), timeout=600)
    expected = hashes(own.manifest)
    for place in ("folder", "catalog"):
        assert {name: found[place][name] for name in expected} == expected, place
    assert found["failed"] == {"true": [], "false": []} and found["own"] >= len(OWN) - 5
    assert found["comment"] == "Loyalty card"


_CONNECT = """
import json, sys
from pathlib import Path
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.engines import start_engine
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality import check_ids, run_checks

config, folder = GenerationConfig.from_json(sys.argv[1]), Path(sys.argv[2])
only = [i for i in check_ids(config) if i.startswith("extras.")]
with start_engine("connect") as engine:
    manifest = run_pipeline(engine.spark, config, folder / "own", partitions=2).manifest
    with Dataset(folder / "own", engine.spark) as dataset:
        report = run_checks(engine.spark, dataset.tables(), dataset.config, dataset.manifest, only=only)
print(json.dumps({
    "hashes": {name: entry.content_hash for name, entry in manifest.tables.items()},
    "failed": [result.id for result in report.failed] + report.skipped,
    "own": len(report.results),
}))
"""


def test_a_connect_server_gives_the_same_rows_and_its_sql_agrees(require_java, run_python, own, tmp_path):
    """Workers of a server to which this process only speaks draw them, and its SQL computes every expression again."""
    found = run_python(_CONNECT, CONFIG.to_json(), str(tmp_path), timeout=600)
    expected = hashes(own.manifest)
    assert {name: found["hashes"][name] for name in expected} == expected
    assert found["failed"] == [] and found["own"] >= len(OWN) - 5


def test_they_grow_by_homes_and_by_days(spark, own, tmp_path):
    """Earlier rows stay, as what is appended says; and the end is that of one larger run."""

    def grown(**changes):
        config = GenerationConfig.from_dict({**CONFIG.to_dict(), "incremental": True})
        config.household_config.num_households = 1_300
        config.end_date = changes.get("end", config.end_date)
        return config

    run_pipeline(spark, CONFIG, tmp_path / "grown")
    run_pipeline(spark, grown(), tmp_path / "grown")
    later = grown(end=date(2025, 4, 16))
    manifest = run_pipeline(spark, later, tmp_path / "grown").manifest
    whole = hashes(run_pipeline(spark, later, tmp_path / "whole").manifest.to_dict())
    assert manifest.mode == "append"
    unbound = ("households", "individuals", "content_engagements", "viewership_patterns", "source_records", "campaigns")
    found = hashes(manifest.to_dict())
    assert {name: found[name] for name in unbound} == {name: whole[name] for name in unbound}
    with Dataset(tmp_path / "grown", spark) as dataset:
        first = dataset.individuals.where(F.col("individual_id") < 1_001 * 16)
        assert content_hash(first, TABLES["individuals"])[1] == hashes(own.manifest)["individuals"]
        report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest, groups=GROUPS)
        assert report.passed, report.to_text()


def test_other_columns_of_ones_own_cannot_come_by_an_append(spark, own, tmp_path):
    run_pipeline(spark, CONFIG, tmp_path / "d")
    changed = GenerationConfig.from_dict({**CONFIG.to_dict(), "incremental": True})
    changed.extra_columns = changed.extra_columns[:-1]
    changed.household_config.num_households = 1_100
    with pytest.raises(ConfigError, match=r"extra_columns: found .*as in the dataset"):
        run_pipeline(spark, changed, tmp_path / "d")


def test_a_column_does_not_depend_on_the_others(spark, own):
    alone = GenerationConfig.from_dict({**CONFIG.to_dict(), "extra_columns": [CONFIG.extra_columns[0]]})
    found = generate(spark, alone, "individuals", 5, 60).select("individual_id", "tier")
    same = own.individuals.join(found.withColumnRenamed("tier", "again"), "individual_id").where("tier = again")
    assert same.count() == found.count() > 100


def test_a_dataset_is_replaced_by_one_with_other_columns(spark, tmp_path):
    def written(columns):
        config = GenerationConfig.from_dict({**CONFIG.to_dict(), "extra_columns": columns})
        run_pipeline(spark, config, tmp_path / "d")
        with Dataset(tmp_path / "d", spark) as dataset:
            report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest, groups=["structure"])
            assert report.failed == [], report.to_text()
            return dataset.table("households").columns

    own = {"name": "own", "table": "households", "values": ["a", "b"]}
    assert "own" in written([own])
    assert written([{**own, "values": [1, 2]}])[-1] == "own"
    assert "own" not in written([])


def test_a_number_that_does_not_fit_ends_the_run_in_words(spark, tmp_path):
    for expr, options in (("household_id * 9000000000000000000", {}), ("annual_income * 1e307 * 100", {}),
                          ("annual_income * 1000000", {"type": "int"})):  # fmt: skip
        column = {"name": "own", "table": "households", "expr": expr, **options}
        config = GenerationConfig.from_dict({**CONFIG.to_dict(), "extra_columns": [column]})
        with pytest.raises(
            (RunError, Exception), match=r"households\.own: a number of its expr does not fit"
        ) as raised:
            run_pipeline(spark, config, tmp_path / "d")
        assert "Nothing was published" in str(raised.value)


# --- each check can fail ---------------------------------------------------------------------------------------

OTHER = {
    "bigint": "cast(987654321 as bigint)",
    "int": "cast(987654321 as int)",
    "double": "cast(98765.4321 as double)",
    "string": "'never'",
    "boolean": "not coalesce({name}, false)",
    "date": "date '1999-09-09'",
    "timestamp": "timestamp '1999-09-09 09:09:09'",
}
"""By type, a value that is in no range, list or template."""


def broken(df, column, value):
    """The frame with one value changed: of the first row by its key that has one, if any has."""
    key = GENERATED[column.table].key[0]
    name = f"`{column.name}`"
    first = df.where(f"{name} is not null").agg(F.min(key)).collect()[0][0]
    kind = TABLES[column.table].column(column.name).type
    changed = f"case when {key} = '{first}' then cast({value} as {kind}) else {name} end"
    return df.withColumn(column.name, F.expr(changed))


def value_of(column) -> str:
    kind = column.type
    if kind.startswith("decimal"):
        return "-0.01"
    return OTHER[kind].format(name=f"`{column.name}`")


def own_ids(column) -> list[str]:
    """Checks that must see another value in the column."""
    ids = [check.id for check in all_checks(CONFIG)]
    wanted = (f"extras.{column.table}.{column.name}.", f"structure.{column.table}.{column.name}.")
    return [i for i in ids if i.startswith(wanted) and not i.endswith((".base", ".pool"))]


CHANGEABLE = [column for column in OWN if own_ids(column)]


def test_only_texts_of_faker_are_not_known_one_by_one():
    assert {column.name for column in OWN} - {column.name for column in CHANGEABLE} == {"employer", "slogan"}


@pytest.mark.parametrize("number", range(4))
def test_another_value_is_noticed(own, number):
    """Every fourth column of each table has another value in one row."""
    tables = dict(own.tables())
    columns = [column for column in CHANGEABLE[number::4] if column.type != "boolean" or "expr" in str(own_ids(column))]
    for column in columns:
        tables[column.table] = broken(tables[column.table], column, value_of(column))
    report = run_checks(own.spark, tables, own.config, own.manifest, groups=["structure", "consistency"])
    found = {result.id for result in report.failed}
    for column in columns:
        assert set(own_ids(column)) <= found, column.name
    # What is computed from a changed column is not what its expression gives any more.
    about = tuple(f"{room}.{column.table}.{column.name}." for column in columns for room in ("extras", "structure"))
    assert {i for i in found if not i.endswith(".expr") and not i.startswith(about)} == set()


def changed_schema(df):
    return df.withColumn("tier", F.col("tier").substr(1, 100)).drop("score").withColumn("card", F.lit(7))


def with_value(column, value, where="true"):
    """What gives a column another value in some rows."""
    return lambda df: df.withColumn(column, F.expr(f"case when {where} then {value} else {column} end"))


FAULTS = {
    "structure.individuals.columns": ("individuals", changed_schema),
    "structure.individuals.required": ("individuals", with_value("tier", "null", "individual_id = 17")),
    "extras.households.n.base": ("households", with_value("n", "pmod(n + 6, 11) - 5", "household_id = 1")),
    "extras.campaigns.slogan.base": ("campaigns", with_value("slogan", "'x'", "campaign_id = 1")),
    "extras.individuals.employer.pool": ("individuals", with_value("employer", "cast(individual_id as string)")),
    "extras.campaigns.slogan.pool": ("campaigns", with_value("slogan", "''")),
}
"""Check and what is done to its table."""


@pytest.mark.parametrize("check", FAULTS)
def test_faults_of_a_whole_column_are_noticed(own, check):
    table, fault = FAULTS[check]
    tables = {**own.tables(), table: fault(own.table(table))}
    report = run_checks(own.spark, tables, own.config, own.manifest, only=[check])
    assert [result.id for result in report.failed] == [check]


def test_every_check_of_a_column_has_what_breaks_it():
    ids = {check.id for check in all_checks(CONFIG) if check.id.startswith("extras.")}
    seen = {i for column in CHANGEABLE for i in own_ids(column)}
    assert ids - seen - FAULTS.keys() == set()
    assert {i.rpartition(".")[2] for i in ids} == BROKEN.keys()


# --- elsewhere ---------------------------------------------------------------------------------------------------


def test_statements_find_nothing_elsewhere(own):
    """As DuckDB runs them over the files: also where a column is called by a word of SQL, or as one of a check."""
    found = statements(context_of(own.tables(), own.config, own.manifest))
    wanted = [
        s for s in found if s.check.id.startswith("extras.") or {"households", "response_events"} <= set(s.tables)
    ]
    wanted += [s for s in found if s.check.id.startswith(tuple(f"structure.{name}." for name in WITH_OWN))]
    assert sum(s.check.id.startswith("extras.") for s in wanted) >= len(OWN) - 5
    with duckdb.connect() as db:
        db.execute("set timezone = 'America/New_York'")
        for name in own.tables():
            files = ", ".join(f"'{path}'" for path in own.files(name))
            db.execute(f"create view {name} as select * from read_parquet([{files}])")
        for statement in wanted:
            rows = db.execute(translated(statement.sql, "duckdb")).fetchall()
            if statement.check.id == "extras.individuals.shouted.expr":
                # Spark makes SS of ß, DuckDB leaves it.
                letters = dict(db.execute("select individual_id, employer from individuals").fetchall())
                rows = [row for row in rows if "ß" not in letters[row[0]]]
            assert rows == [], (statement.check.id, rows[:3])


def test_rules_for_dqx_name_them(own):
    rules = dqx_rules(context_of(own.tables(), own.config, own.manifest))
    names = {rule["user_metadata"]["check"] for rule in rules["individuals"]}
    assert {"structure.individuals.tier.vocabulary", "extras.individuals.card.template"} <= names


def test_the_description_of_an_export_has_them(own, tmp_path):
    own.export("csv", out=tmp_path / "csv", tables=["individuals"])
    described = json.loads((tmp_path / "csv" / "datapackage.json").read_text())
    fields = {field["name"]: field for field in described["resources"][0]["schema"]["fields"]}
    assert fields["card"]["description"] == "Loyalty card" and fields["tier"]["type"] == "string"
