"""Golden datasets: configurations, and the content hash of every table that they give.

``cases.json`` holds, per name, the steps of a dataset: the first is generated, each later one appended. A step is the
overrides of the default configuration (preset, difficulty, or any part of it). ``hashes.json`` holds what came out,
per name and step: rows and content hash by table.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path

from idgraph_widgets.config import GenerationConfig, preset
from idgraph_widgets.config.difficulty import with_difficulty
from idgraph_widgets.pipeline import run_pipeline

FOLDER = Path(__file__).resolve().parent.parent / "golden"
CASES = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))
HASHES_FILE = FOLDER / "hashes.json"


def published_hashes() -> dict[str, list[dict[str, list]]]:
    """What ``hashes.json`` says."""
    return json.loads(HASHES_FILE.read_text(encoding="utf-8"))


def config_of(step: dict) -> GenerationConfig:
    """The configuration of a step."""
    step = copy.deepcopy(step)
    config = preset(step.pop("preset")) if "preset" in step else GenerationConfig()
    difficulty = step.pop("difficulty", None)
    if difficulty:
        config = with_difficulty(config, difficulty)
    return GenerationConfig.from_dict(_merged(json.loads(config.to_json()), step))


def _merged(base: dict, over: dict) -> dict:
    """`over` laid over `base`, part by part; a setting that is itself a mapping is replaced whole."""
    for name, value in over.items():
        is_part = name.endswith("_config") or name in ("identity_mappings", "source_records")
        base[name] = _merged(base[name], value) if is_part else value
    return base


def hashes_of(manifest) -> dict[str, list]:
    """Rows and content hash by table."""
    return {
        name: [entry.rows, entry.content_hash]
        for name, entry in manifest.tables.items()
        if entry.content_hash is not None
    }


def run_case(spark, name: str, folder: Path, **options) -> list[dict[str, list]]:
    """Generate and append the steps of a case into `folder`; the hashes after each step."""
    found = []
    for number, step in enumerate(CASES[name]["steps"]):
        config = config_of(step)
        config.incremental = number > 0
        found.append(hashes_of(run_pipeline(spark, config, folder, **options).manifest))
    return found
