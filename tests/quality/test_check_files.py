"""`idgraph check` that writes checks for other places: SQL files, rules of DQX, a project of dbt."""

from __future__ import annotations

import re

import duckdb
import pytest
import yaml
from support.nightly import NIGHTLY

from idgraph_widgets.cli import main
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.quality import all_checks
from idgraph_widgets.schema import GENERATED

DUCKDB = ("--schema", "main", "--meta-schema", "meta", "--truth-schema", "truth", "--dialect", "duckdb")


def test_a_file_per_check_runs_where_the_tables_are(dataset_1k, tmp_path, capsys):
    assert main(["check", str(dataset_1k.path), "--print-sql", "--out", str(tmp_path / "sql"), *DUCKDB]) == 0
    files = sorted((tmp_path / "sql").iterdir())
    checks = {c.id: c for c in all_checks(dataset_1k.config) if not c.id.endswith(".columns")}
    assert set(checks) <= {file.name.removesuffix(".sql") for file in files}
    assert f"Wrote {len(files)} files" in capsys.readouterr().out
    dataset_1k.export("duckdb", out=tmp_path / "demo.duckdb")
    with duckdb.connect(str(tmp_path / "demo.duckdb")) as db:
        # What DuckDB makes of every statement, test_statements.py asks.
        for file in files if NIGHTLY else files[::4]:
            text = file.read_text(encoding="utf-8")
            words = " ".join(line.removeprefix("--").strip() for line in text.splitlines() if line.startswith("--"))
            check = checks.get(file.name.removesuffix(".sql"))
            assert check is None or check.sentence in words, file.name
            assert db.execute(text).fetchall() == [], file.name


def test_one_check_goes_to_the_screen_as_spark_sql(dataset_1k_path, capsys):
    names = ["households.one_householder", "structure.truth_identity.mapping_fk"]
    chosen = [word for name in names for word in ("--check", name)]
    assert main(["check", str(dataset_1k_path), "--print-sql", "--schema", "main.my-demo", *chosen]) == 0
    said = capsys.readouterr().out
    assert [line.split()[1] for line in said.splitlines() if line.endswith((" (consistency)", " (structure)"))] == names
    assert "from main.`my-demo`.individuals" in said and " main.`my-demo_truth`.truth_identity " in said
    assert said.rstrip().endswith(";")
    assert main(["check", str(dataset_1k_path), "--print-sql", "--check", names[0]]) == 0
    assert "from individuals" in capsys.readouterr().out


def test_rules_of_dqx(dataset_1k_path, tmp_path):
    out = tmp_path / "dqx"
    assert main(["check", str(dataset_1k_path), "--format", "dqx", "--schema", "main.demo", "--out", str(out)]) == 0
    rules = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in out.iterdir()}
    assert set(rules) == set(GENERATED)
    arguments = {
        "is_not_null": {"column"},
        "is_unique": {"columns"},
        "is_in_range": {"column", "min_limit", "max_limit"},
        "foreign_key": {"columns", "ref_columns", "ref_table"},
        "sql_expression": {"expression", "msg"},
    }
    names = [rule["name"] for found in rules.values() for rule in found]
    assert len(names) == len(set(names)) > 200
    for table, found in rules.items():
        for rule in found:
            assert set(rule) - {"filter"} == {"name", "criticality", "check", "user_metadata"}, rule
            assert rule["criticality"] == "error" and set(rule["check"]) == {"function", "arguments"}
            given = rule["check"]["arguments"]
            assert set(given) == arguments[rule["check"]["function"]], rule
            columns = [given["column"]] if "column" in given else given.get("columns", [])
            assert set(columns) <= set(GENERATED[table].column_names)
    keys = [
        rule["check"]["arguments"] for rule in rules["truth_identity"] if rule["check"]["function"] == "foreign_key"
    ]
    assert "main.demo.identity_mappings" in {key["ref_table"] for key in keys}
    ids = {check.id for check in all_checks(Dataset(dataset_1k_path).config)}
    named = {rule["user_metadata"]["check"] for found in rules.values() for rule in found}
    assert {name for name in named if not name.endswith(".references")} <= ids
    assert {"identity.format_email", "engagement.within_window", "exposures.view_seconds"} <= named


def test_a_project_of_dbt(dataset_1k_path, tmp_path):
    out = tmp_path / "dbt"
    assert main(["check", str(dataset_1k_path), "--format", "dbt", "--schema", "main.demo", "--out", str(out)]) == 0
    assert yaml.safe_load((out / "dbt_project.yml").read_text())["test-paths"] == ["tests"]
    sources = yaml.safe_load((out / "models" / "idgraph_sources.yml").read_text(encoding="utf-8"))["sources"]
    where = {source["name"]: (source["database"], source["schema"]) for source in sources}
    assert where == {
        "idgraph": ("main", "demo"), "idgraph_meta": ("main", "demo_meta"), "idgraph_truth": ("main", "demo_truth")
    }  # fmt: skip
    known = {(source["name"], table["name"]) for source in sources for table in source["tables"]}
    assert {name for _, name in known} == set(GENERATED)
    for source in sources:
        for table in source["tables"]:
            declared = GENERATED[table["name"]]
            tests = {column["name"]: column.get("data_tests", []) for column in table["columns"]}
            assert list(tests) == list(declared.column_names)
            for column in declared.columns:
                found = tests[column.name]
                assert ("not_null" in found) is not column.nullable
                assert ("unique" in found) is (declared.key == (column.name,))
                values = [test["accepted_values"]["arguments"]["values"] for test in found if "accepted_values" in test]
                assert values == ([list(column.vocabulary)] if column.vocabulary else [])
                parents = [test["relationships"]["arguments"]["to"] for test in found if "relationships" in test]
                assert [re.findall("'(\\w+)'", parent)[-1] for parent in parents] == (
                    [column.references] if column.references else []
                )
    singular = list((out / "tests").glob("*.sql"))
    assert len(singular) > 150
    for file in singular:
        text = file.read_text(encoding="utf-8")
        used = re.findall(r"{{ source\('(\w+)', '(\w+)'\) }}", text)
        assert used and set(used) <= known and ";" not in text.splitlines()[-1] and "idgraph_source_of_" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--dialect", "duckdb"], "--dialect is about checks that are written: give --print-sql or --format."),
        (["--truth-schema", "t"], "--truth-schema is about checks that are written"),
        (["--print-sql", "--format", "dbt"], "Give either --print-sql or --format dbt, not both."),
        (["--format", "dqx"], "--format dqx makes several files: name their folder with --out DIR."),
        (["--format", "dbt", "--out", "x"], "name the schema of the tables with --schema."),
        (["--format", "dqx", "--out", "x", "--dialect", "spark"], "--dialect is about SQL in files"),
        (["--format", "dqx", "--out", "x", "--check", "households.couples"], "--check chooses statements"),
        (["--print-sql", "--schema", "a..b"], "--schema: found a..b; allowed: SCHEMA, or CATALOG.SCHEMA."),
        (["--print-sql", "--dialect", "oracle"], "found the dialect oracle; allowed: spark, duckdb."),
        (["--check", "households.couple"], "which is no check; do you mean households.couples"),
    ],
)
def test_what_would_do_nothing_is_refused(dataset_1k_path, words, said, capsys):
    assert main(["check", str(dataset_1k_path), *words]) == 2
    assert said in capsys.readouterr().err
