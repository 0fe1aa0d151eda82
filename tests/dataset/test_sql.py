"""`Dataset.sql`: the engine reads what the user wrote, names mean this dataset, and the session's views stay."""

from __future__ import annotations

import inspect
import json

import pytest
from support.nightly import but_first
from support.storage_tables import write_run

from idgraph_widgets.dataset import Dataset

STATEMENTS = {
    "SELECT count(*) AS n FROM every_type": 1000,
    "-- how many\n/* WITH */ WITH few AS (SELECT id FROM every_type WHERE id < 4) SELECT count(*) FROM few": 3,
    "with x as (select id from EVERY_TYPE where id < 4) select count(*) from x": 3,
    "WITH every_type AS (SELECT 7 AS id) SELECT id FROM every_type": 7,
    "SELECT max(e.id) FROM every_type e JOIN companion c ON e.id = c.id": 4,
    "SELECT 'companion' AS t, id FROM every_type ORDER BY id DESC": "companion",
    "SELECT count(*) FROM `every_type`;": 1000,
    "TABLE companion": 0,
    "SHOW COLUMNS IN companion": "id",
    "DESCRIBE companion": "id",
    "/* what is it */ desc extended `companion`": "id",
    "DESCRIBE TABLE companion -- the same": "id",
    "SELECT id, upper(name) AS id FROM every_type WHERE id = 5": 5,
}
"""Statement to the first cell of its answer."""

EXPLAINED = "EXPLAIN SELECT * FROM every_type"


@pytest.fixture(scope="module")
def published(spark, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sql") / "d"
    write_run(spark, folder, "r1")
    return folder


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statements_are_read_as_written(spark, published, statement):
    with Dataset(published, spark) as dataset:
        assert dataset.sql(statement).collect()[0][0] == STATEMENTS[statement]
        assert "Plan" in dataset.sql(EXPLAINED).collect()[0][0]


def test_an_error_speaks_of_the_text_of_the_user(spark, published):
    with Dataset(published, spark) as dataset:
        with pytest.raises(Exception, match="found SELEC at 0:5"):
            dataset.sql("SELEC * FROM every_type")
        with pytest.raises(Exception, match="found FROM at 0:4"):  # this engine knows no such statement
            dataset.sql("FROM every_type SELECT count(*)")
        with pytest.raises(Exception, match="nope"):
            dataset.sql("SELECT nope FROM every_type")
        assert dataset.sql("SELECT count(*) FROM every_type").collect()[0][0] == 1000


def _temporary(spark):
    return {table.name for table in spark.catalog.listTables() if table.isTemporary}


def test_views_of_the_session_stay_as_they_were(spark, published, tmp_path):
    write_run(spark, tmp_path / "other", "r1", salt=1)
    spark.range(3).createOrReplaceTempView("companion")
    try:
        before = _temporary(spark)
        with Dataset(published, spark) as one, Dataset(tmp_path / "other", spark) as two:
            query = "SELECT sum(revenue) AS r, (SELECT count(*) FROM companion) AS n FROM every_type"
            first, second = one.sql(query), two.sql(query)
            assert spark.table("companion").count() == 3
            found = [df.collect()[0] for df in (first, second, one.sql(query))]
            assert [row.n for row in found] == [5, 5, 5]
            assert found[0] == found[2] and found[0].r != found[1].r
            with pytest.raises(Exception, match="nope"):
                one.sql("SELECT nope FROM companion")
            assert spark.table("companion").count() == 3
            assert one.sql("SELECT 1 AS x").collect()[0].x == 1
        assert _temporary(spark) == before
    finally:
        spark.catalog.dropTempView("companion")


def test_equal_column_names_are_kept(spark, published):
    with Dataset(published, spark) as dataset:
        df = dataset.sql("SELECT a.id, b.id FROM companion a JOIN companion b ON a.id = b.id - 1 ORDER BY 1 DESC")
        assert df.columns == ["id", "id"] and [tuple(row) for row in df.collect()] == [(3, 4), (2, 3), (1, 2), (0, 1)]


def _others(folder, statements, explained, name):
    """What statements give on another engine: first cells, an error's text, and the views that are left."""
    from idgraph_widgets.dataset import Dataset
    from idgraph_widgets.engines import start_engine

    with start_engine(name) as engine, Dataset(folder, engine.spark) as dataset:
        engine.spark.range(3).createOrReplaceTempView("companion")
        cells = [dataset.sql(statement).collect()[0][0] for statement in statements]
        lazy = dataset.sql("FROM companion SELECT count(*)")
        assert engine.spark.table("companion").count() == 3
        cells += [lazy.collect()[0][0], dataset.sql(explained).collect()[0][0]]
        try:
            dataset.sql("SELEC * FROM every_type")
        except Exception as error:
            cells.append(str(error))
        dataset.close()
        return [*cells, sorted(t.name for t in engine.spark.catalog.listTables() if t.isTemporary)]


@pytest.mark.parametrize("name", but_first(["spark", "connect"]))
def test_other_engines_read_the_same(name, published, run_python, require_java):
    source = inspect.getsource(_others) + (
        "\nimport json, sys\nprint(json.dumps(_others(sys.argv[1], json.loads(sys.argv[2]), *sys.argv[3:])))"
    )
    *cells, count, plan, error, views = run_python(source, published, json.dumps(list(STATEMENTS)), EXPLAINED, name)
    assert cells == list(STATEMENTS.values())
    assert (count, views) == (5, ["companion"])
    assert "Physical Plan" in plan and "near 'SELEC'" in error and "line 1, pos 0" in error
