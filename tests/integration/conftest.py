"""A dataset in which something of everything happens, for what breaks it row by row."""

from __future__ import annotations

import pytest
from support.busy import busy_config

from idgraph_widgets.dataset import Dataset
from idgraph_widgets.pipeline import run_pipeline


@pytest.fixture(scope="session")
def busy(spark, engine, tmp_path_factory):
    """A dataset of 1,000 households in which something of everything happens."""
    config = busy_config()
    out = tmp_path_factory.mktemp("datasets") / "busy"
    run_pipeline(spark, config, out, engine=(engine.name, engine.version))
    with Dataset(out, spark) as dataset:
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
