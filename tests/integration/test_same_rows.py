"""The same configuration gives the same rows: whatever the engine, its settings and the number of partitions."""

import json

import pytest

pytestmark = pytest.mark.slow_engines

_SCRIPT = """
import json, sys
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.engines import start_engine
from idgraph_widgets.pipeline import run_pipeline

engine_name, settings, partitions, out = json.loads(sys.argv[1])
config = GenerationConfig(seed=11)
config.household_config.num_households = 1000
with start_engine(engine_name) as engine:
    for key, value in settings.items():
        engine.spark.conf.set(key, value)
    run_pipeline(engine.spark, config, out=out, partitions=partitions)
"""
