"""One run as it stands, and how each event changes it. Values only: no threads, no files."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from idgraph_widgets.forecast.run_time import RunTime

ACTIVE = ("waiting", "starting", "running", "cancelling")
ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class StudioRun:
    """A run as it stands; immutable, a new one replaces it with every event.

    Attributes
    ----------
    state : str
        "waiting" (in a queue), "starting", "running", "cancelling", "done", "failed" or "cancelled".
    tables : dict of str to (str, int)
        State ("waiting", "running", "done", "failed", "cancelled") and rows per table, in order.
    fraction : float
        How much is done, by expected rows; never goes back.
    place : str
        Where the dataset is, for people, as soon as it is there.
    folder : str
        Where its files are; "" where the session's catalog keeps them.
    checks : str
        State of the checks as of a table; "" where none are run (trials), "failed" also where
        something does not hold.
    verdict : str
        What the checks found, in a sentence.
    """

    id: str
    kind: str
    config: dict
    out: str | None
    state: str = "starting"
    phase: str = "starting"
    tables: dict[str, tuple[str, int]] = field(default_factory=dict)
    rows: int = 0
    fraction: float = 0.0
    started: float = 0.0
    seconds: float | None = None
    message: str = ""
    place: str = ""
    folder: str = ""
    sample: dict | None = None
    checks: str = ""
    verdict: str = ""

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def elapsed(self) -> float:
        """Seconds since it began; of an ended run, how long it took."""
        return self.seconds if self.seconds is not None else max(0.0, time.time() - self.started)

    @property
    def remaining(self) -> float | None:
        """Seconds to go, once enough is done to tell."""
        if not self.active or self.fraction < 0.08:
            return None
        return self.elapsed * (1 - self.fraction) / self.fraction


def applied(run: StudioRun, event: dict[str, Any], expected: RunTime) -> StudioRun:
    """The run after an event; `expected` says what part of it is done then."""
    if event["event"] == "waiting":
        return replace(run, state="waiting", phase=event["phase"])
    if event["event"] == "phase":
        state = run.state if run.state == "cancelling" else "running"
        # What it waited is no part of how long it takes.
        return replace(run, state=state, phase=event["phase"], started=event.get("began", run.started))
    if event["event"] == "progress":
        return _progressed(run, event, expected)
    if event["event"] == "published":
        done = {table: ("done", counts["rows"]) for table, counts in event["tables"].items()}
        return replace(run, tables={**run.tables, **done}, rows=event["rows"], **_where(event))
    if event["event"] == "checks":
        return _checking(run, event, expected)
    if run.place and event["state"] != "done":
        # The dataset is there; only its checks came to no end.
        outcome = {"checks": "failed", "verdict": "The checks came to no end. The report runs them again."}
        event = {**event, "state": "done", "message": "", **outcome}
    ended = event["state"]
    tables = {
        table: (ended if state == "running" and ended != "done" else state, rows)
        for table, (state, rows) in run.tables.items()
    }
    for table, counts in event.get("tables", {}).items():
        tables[table] = ("done", counts["rows"])
    return replace(
        run,
        state=ended,
        phase=ended,
        tables=tables,
        rows=event.get("rows", run.rows),
        fraction=1.0 if ended == "done" else run.fraction,
        seconds=event.get("seconds", run.elapsed),
        message=event.get("message", ""),
        **(_where(event) if "place" in event else {}),
        sample=event.get("sample"),
        checks=event.get("checks", "" if run.checks == "waiting" else run.checks),
        verdict=event.get("verdict", ""),
    )


def _where(event: dict) -> dict[str, str]:
    return {"place": event["place"], "folder": event.get("folder", "")}


def _checking(run: StudioRun, event: dict, expected: RunTime) -> StudioRun:
    share = event["done"] / event["total"] if event["total"] else 0.0
    left = expected.checks * (1 - share) / expected.total if expected.total else 1.0
    state = run.state if run.state == "cancelling" else "running"
    fraction = max(run.fraction, min(0.99, 1 - left))
    return replace(run, state=state, phase="checks", checks="running", fraction=fraction)


def _progressed(run: StudioRun, event: dict, expected: RunTime) -> StudioRun:
    table, finished = event["table"], event["state"] == "finished"
    tables = dict(run.tables)
    tables[table] = ("done" if finished else "running", event["table_rows"])
    fraction = max(run.fraction, min(0.99, expected.done(tables) / (expected.total or 1.0)))
    state = run.state if run.state == "cancelling" else "running"
    return replace(run, state=state, phase=table, tables=tables, rows=event["rows"], fraction=fraction)
