"""The report as plain values that JSON can hold: the measures, not the figures."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from idgraph_widgets.errors import StorageError
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report import measures
from idgraph_widgets.report.subject import Subject
from idgraph_widgets.storage.folder.paths import file_path

FORMAT = 2
"""Version of the document's layout."""


def report_data(dataset, checks: CheckReport | None = None, on_progress=None) -> dict[str, Any]:
    """Every measure of a dataset.

    Parameters
    ----------
    dataset : Dataset
    checks : CheckReport, optional
        What the checks found.
    on_progress : callable, optional
        Called before each measure with its name.

    Returns
    -------
    dict
        ``format``, ``run``, ``checks`` (null if they were not run) and ``measures``: tables as lists of rows.
    """
    makers = {
        "volume": measures.table_volume,
        "statistics": lambda d: [result.to_dict() for result in Subject(d, checks).statistics],
        "states": measures.states,
        "confidence_reliability": measures.confidence_reliability,
        "pair_quality": lambda d: measures.pair_quality(d).to_dict(),
        "link_truth": measures.link_truth,
        "degrees": measures.degrees,
        "components": measures.components,
        "heat_map": lambda d: measures.heat_map(d).to_numpy().tolist(),
        "activity_tail": measures.activity_tail,
        "content_popularity": measures.content_popularity,
        "segments": measures.segment_sizes,
        "campaigns": measures.campaign_results,
        "daily": measures.daily,
        "funnel": measures.funnel,
        "attribution": measures.attribution,
        "attribution_scores": measures.attribution_scores,
        "reach": measures.reach,
        "reach_frequency": measures.reach_frequency,
        "treated_against_holdout": measures.treated_against_holdout,
        "comparisons": measures.comparisons,
        "treated_against_holdout_by_channel": lambda d: measures.treated_against_holdout(d, "channel"),
    }
    found = {}
    for name, make in makers.items():
        if on_progress is not None:
            on_progress(name.replace("_", " "))
        found[name] = plain_values(make(dataset))
    manifest = dataset.manifest
    run = {key: manifest[key] for key in ("run_id", "seed", "config_fingerprint", "finished_at", "versions")}
    return {
        "format": FORMAT,
        "run": {**run, "config": manifest["config"]},
        "checks": checks.to_dict() if checks is not None else None,
        "measures": found,
    }


def write_json(dataset, path, checks: CheckReport | None = None, on_progress=None) -> Path:
    """Write `report_data` to a file, which appears complete or not at all."""
    text = json.dumps(plain_values(report_data(dataset, checks, on_progress)), indent=1, allow_nan=False)
    return write_whole(path, text)


def write_whole(path, text: str) -> Path:
    """Write a text through a neighbour file, so that nobody reads half of it.

    Raises
    ------
    ConfigError
        `path` is no name of a file.
    StorageError
        It could not be written; nothing is left behind.
    """
    path = file_path(path)
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path


def plain_values(value: Any) -> Any:
    """Frames as lists of rows, dates as ISO texts, what is no number as null."""
    if isinstance(value, pd.DataFrame):
        return [plain_values(row) for row in value.to_dict("records")]
    if isinstance(value, dict):
        return {str(key): plain_values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_values(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
