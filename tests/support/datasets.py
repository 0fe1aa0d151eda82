"""Datasets that several tests look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.engines.engine import Engine
from idgraph_widgets.pipeline import run_pipeline


@contextmanager
def generated(engine: Engine, config: GenerationConfig, out: Path) -> Iterator[Dataset]:
    """Generate a dataset and hold it open; nobody is to write to it."""
    run_pipeline(engine.spark, config, out, engine=(engine.name, engine.version))
    with Dataset(out, engine.spark) as dataset:
        yield dataset
