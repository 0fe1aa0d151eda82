"""One piece of work of the studio: a full run, or the first 1,000 households; reported event by event.

The same function works in a thread beside the user's session and in a worker process of its own.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.errors import IdgraphError, RunCancelled, RunError
from idgraph_widgets.pipeline import CancelToken, ProgressEvent, RunOptions, generate
from idgraph_widgets.pipeline.run_log import RunLog
from idgraph_widgets.studio.run_request import RunRequest

TRIAL_HOUSEHOLDS = 1_000

CHECKS = "checks.json"
"""What the checks of a run found, in the job's folder: ``run_id`` of the dataset and ``report``."""

REPORT = "report.json"
"""The report that a job of a workspace has measured, in the run's folder; see `idgraph_widgets.report.document`."""

LOG = "run.log"
"""Steps of the job and the traceback of what went wrong, in its folder."""


@dataclass(frozen=True)
class _Listener:
    """Who hears how a piece of work goes, and may end it.

    Attributes
    ----------
    tell : callable
        Gets events; see `run_job`.
    cancel : CancelToken
    log : RunLog
    """

    tell: Callable[[dict], None]
    cancel: CancelToken
    log: RunLog

    def phase(self, name: str, **values) -> None:
        """Another phase begins."""
        self.log.info("%s", name)
        self.tell({"event": "phase", "phase": name, **values})

    def progress(self, event: ProgressEvent) -> None:
        """Some rows are made."""
        self.log.step(event)
        self.tell({"event": "progress", **dataclasses.asdict(event)})

    def checks(self, done: int, total: int, _first: str = "") -> None:
        """Some checks are made."""
        self.tell({"event": "checks", "done": done, "total": total})
        self.cancel.check()


def run_job(request: RunRequest, folder: Path, session, tell: Callable[[dict], None], cancel) -> None:
    """Do what `request` asks for and report how it goes; never raises for what went wrong.

    Parameters
    ----------
    request : RunRequest
    folder : Path
        The job's own folder; a trial writes its dataset and sample there.
    session : callable
        Returns (spark, (engine name, version) or None) when it is time to start.
    tell : callable
        Gets events: ``{"event": "phase" | "progress" | "published" | "checks" | "outcome", ...}``. From
        "published" on the dataset is there. The last is an outcome with ``state`` "done", "failed" or
        "cancelled".
    cancel : CancelToken
    """
    started = time.monotonic()
    log = RunLog(folder / LOG, forward=False)
    try:
        made = _work(request, folder, session, _Listener(tell, cancel, log))
        outcome = {"state": "done", **made}
        log.info("done: %s", made.get("verdict", ""))
    except RunCancelled as error:
        outcome = {"state": "cancelled", "message": str(log.ended(error, error))}
    except IdgraphError as error:
        outcome = {"state": "failed", "message": str(log.ended(error, error))}
    except Exception as error:
        # The engine's own words; there is nobody above who could say it better.
        outcome = {"state": "failed", "message": str(log.ended(RunError(_first_line(error)), error))}
    finally:
        log.close()
    tell({"event": "outcome", "seconds": round(time.monotonic() - started, 2), **outcome})


def _work(request: RunRequest, folder: Path, session, listener: _Listener) -> dict[str, Any]:
    from idgraph_widgets.pipeline.preflight import preflight
    from idgraph_widgets.unity import run_to_catalog

    config = GenerationConfig.from_dict(request.config)
    trial = request.kind == "trial"
    if trial:
        config.household_config.num_households = TRIAL_HOUSEHOLDS
        config.incremental = False
    preflight(config)
    out = folder / "dataset" if trial else request.out

    listener.phase("starting the engine", began=time.time())
    spark, engine = session()
    listener.cancel.check()
    listener.phase("generating")
    options = RunOptions(on_progress=listener.progress, cancel=listener.cancel, force=request.force, engine=engine)
    result = (run_to_catalog if out is None else generate)(spark, config, out, options)
    tables = {name: {"rows": e.rows, "bytes": e.bytes} for name, e in result.manifest.tables.items()}
    outcome = {
        "place": result.place,
        "folder": "" if result.folder is None else str(result.folder),
        "tables": tables,
        "rows": sum(e["rows"] for e in tables.values()),
    }
    if trial:
        from idgraph_widgets.studio.sample import read_sample

        listener.phase("reading the first rows")
        outcome["sample"] = read_sample(spark, out, config)
        shutil.rmtree(out, ignore_errors=True)
    else:
        listener.tell({"event": "published", **outcome})
        outcome |= _checked(spark, result.folder, config, folder / CHECKS, listener)
    return outcome


def opened(spark, folder, config: GenerationConfig):
    """The dataset that a run wrote.

    Parameters
    ----------
    spark : SparkSession or None
        None is enough for a folder; the embedded engine reads it then.
    folder : path-like or None
        Where its files are; None (or nothing): in the session's catalog, by the names in `config`.
    config : GenerationConfig

    Raises
    ------
    StorageError
        It is not there any more.
    """
    if folder:
        from idgraph_widgets.dataset import Dataset

        return Dataset(folder, spark)
    from idgraph_widgets.dataset import CatalogDataset

    return CatalogDataset(spark, config.catalog_name, config.schema_name)


def _checked(spark, folder, config, kept: Path, listener: _Listener) -> dict[str, str]:
    """Check the dataset that was written and keep what was found; the dataset stays whatever happens here."""
    from idgraph_widgets.quality.sample import spread
    from idgraph_widgets.report.measures import run_dataset_checks

    listener.tell({"event": "checks", "done": 0, "total": 0})
    again = "The report runs them on its Checks tab."
    try:
        with opened(spark, folder, config) as dataset:
            blocks = spread(dataset.config.household_config.num_households)
            report = run_dataset_checks(dataset, listener.checks, blocks=blocks)
            document = {"run_id": dataset.manifest["run_id"], "report": report.to_dict()}
        kept.write_text(json.dumps(document), encoding="utf-8")
    except RunCancelled:
        return {"checks": "cancelled", "verdict": f"The checks were skipped. {again}"}
    except Exception as error:
        failure = listener.log.ended(RunError(f"The checks could not be run: {_first_line(error)} {again}"), error)
        return {"checks": "failed", "verdict": str(failure)}
    return {"checks": "done" if report.holds else "failed", "verdict": report.verdict}


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
