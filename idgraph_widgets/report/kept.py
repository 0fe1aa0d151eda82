"""What checks found, kept beside a dataset: whoever looks at the same rows later need not check them again."""

from __future__ import annotations

import json
from typing import Any

from idgraph_widgets import __version__
from idgraph_widgets.errors import StorageError
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.storage.folder import delta
from idgraph_widgets.storage.folder.lock import CONTROL
from idgraph_widgets.storage.replacing import write_atomically

CHECKS = "checks.json"
"""The file, in the dataset's folder of control files."""


def keep_checks(dataset, report: CheckReport) -> None:
    """Keep what all checks of a dataset found; nothing is kept where the dataset is not as it was published.

    Parameters
    ----------
    dataset : Dataset
        In a folder.
    report : CheckReport
        Of every check and statistic.
    """
    about = _about(dataset)
    if about is None or report.notes or report.skipped or not (report.results and report.statistics):
        return
    if report.blocks is not None and (kept := kept_checks(dataset)) and kept.blocks is None:
        return  # somebody has read more
    folder = dataset.path / CONTROL
    try:
        folder.mkdir(exist_ok=True)
        write_atomically(folder / CHECKS, json.dumps({"about": about, "report": report.to_dict()}))
    except OSError:
        return  # a folder that cannot be written to is checked again next time


def kept_checks(dataset) -> CheckReport | None:
    """What was kept of this dataset; None where the rows, the configuration or the library are others now."""
    about = _about(dataset)
    if about is None:
        return None
    try:
        found = json.loads((dataset.path / CONTROL / CHECKS).read_text(encoding="utf-8"))
        return CheckReport.from_dict(found["report"]) if found["about"] == about else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _about(dataset) -> dict[str, Any] | None:
    """What a report of checks speaks of; None where that is not known, or the files are not those published."""
    path = getattr(dataset, "path", None)
    if path is None:
        return None
    manifest = dataset.manifest
    hashes = {name: entry["content_hash"] for name, entry in manifest["tables"].items()}
    # The log of runs has no hash: it is not what a dataset holds.
    if any(value is None and name in GENERATED for name, value in hashes.items()):
        return None
    try:
        for name, entry in manifest["tables"].items():
            dataset.files(name)
            if delta.latest_version(path / entry["path"]) != entry["delta_version"]:
                return None
    except StorageError:
        return None
    return {"library": __version__, "configuration": manifest["config_fingerprint"], "hashes": hashes}
