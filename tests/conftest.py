"""What tests share: one embedded engine, one small dataset, other engines in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.busy import busy_config
from support.datasets import generated
from support.needs import lacking
from support.processes import own_environment

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.engines import start_engine
from idgraph_widgets.errors import EngineError
from idgraph_widgets.pipeline import run_pipeline

pytest_plugins = ["support.browser", "support.nightly", "support.widgets"]

SLOWEST = (
    "test_catalog_delta.py",
    "test_statements.py",
    "test_checks.py",
    "test_app.py",
    "test_notebooks.py",
    "test_extra_columns_made.py",
    "test_dashboard_looks.py",
    "test_dashboard.py",
    "test_every_setting.py",
    "test_jobs.py",
    "test_tasks.py",
    "test_cli.py",
    "test_golden.py",
    "test_take_and_show.py",
    "test_engine_lifetime.py",
    "test_dashboard_fields.py",
    "test_two_people.py",
    "test_hosts.py",
    "test_faults.py",
    "test_sample.py",
    "test_check_files.py",
    "test_same_rows.py",
    "test_sample_planted.py",
)
"""Files that take 20 seconds or more, the slowest first: none of them is still running when all else is done."""


STARTED = {"browser", "engine", "require_java"}
"""Fixtures that start something."""


def pytest_collection_modifyitems(items):
    """The slowest files first, the others as they come; what is quick starts nothing that is not."""
    for item in items:
        if item.get_closest_marker("quick") and (slow := STARTED & set(item.fixturenames)):
            raise pytest.UsageError(f"{item.nodeid} is marked quick and starts: {', '.join(sorted(slow))}")
    items.sort(key=lambda item: SLOWEST.index(item.path.name) if item.path.name in SLOWEST else len(SLOWEST))


@pytest.fixture(scope="session")
def engine():
    """The embedded engine, running."""
    with start_engine("embedded") as running:
        yield running


@pytest.fixture(scope="session")
def spark(engine):
    """A session on the embedded engine."""
    return engine.spark


@pytest.fixture(scope="session")
def config_1k():
    """The defaults with 1,000 households and seed 42."""
    return GenerationConfig(seed=42, household_config=HouseholdConfig(num_households=1_000))


@pytest.fixture(scope="session")
def dataset_1k_path(engine, config_1k, tmp_path_factory):
    """Folder of a dataset of `config_1k`, made by the pipeline. Not to be written to."""
    out = tmp_path_factory.mktemp("datasets") / "one thousand"
    run_pipeline(engine.spark, config_1k, out, engine=(engine.name, engine.version))
    return out


@pytest.fixture(scope="session")
def dataset_1k(spark, dataset_1k_path):
    """That dataset, opened on the embedded engine."""
    with Dataset(dataset_1k_path, spark) as dataset:
        yield dataset


@pytest.fixture(scope="session")
def dataset_20k(engine, tmp_path_factory):
    """A default dataset of 20,000 households: what is statistical shows from here on. Not to be written to."""
    config = GenerationConfig(seed=11, household_config=HouseholdConfig(num_households=20_000))
    out = tmp_path_factory.mktemp("datasets") / "twenty thousand"
    with generated(engine, config, out) as dataset:
        yield dataset


@pytest.fixture(scope="session")
def busy(engine, tmp_path_factory):
    """A dataset of 1,000 households in which something of everything happens."""
    config = busy_config()
    out = tmp_path_factory.mktemp("datasets") / "busy"
    with generated(engine, config, out) as dataset:
        yield dataset


@pytest.fixture(scope="session")
def sound(busy):
    """That dataset, every table also as a view ``sound_<table>``: session, tables, configuration."""
    tables = dict(busy.tables())
    for name, df in tables.items():
        df.createOrReplaceTempView(f"sound_{name}")
    yield busy.spark, tables, busy.config
    for name in tables:
        busy.spark.catalog.dropTempView(f"sound_{name}")


@pytest.fixture(scope="session")
def require_java():
    """Skip where no Java is found; fail instead where IDGRAPH_REQUIRE_ALL=1."""
    from idgraph_widgets.engines.java import require_java as find

    try:
        return find()
    except EngineError as error:
        lacking(str(error))


@pytest.fixture(scope="session")
def run_python():
    """A function that runs Python source in a process of its own and returns the JSON it prints last.

    PySpark is either classic or Connect in a process, so other engines get their own.
    """

    def run(source: str, *args: str, timeout: int = 300, **environment: str):
        done = subprocess.run(
            [sys.executable, "-c", source, *map(str, args)],
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**own_environment(), **environment},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    return run
