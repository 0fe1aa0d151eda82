"""Undoing what an unfinished run left in a session's catalog, so that its tables are the published ones again.

A catalog has neither a commit over many tables nor a lock that falls with its process. So a run makes a small
table of its own, its journal, before its first change, and drops it after its last. A journal that is found
later belongs to a run that is still at work or to a dead one.
"""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone

from idgraph_widgets.errors import StorageError
from idgraph_widgets.processes import ProcessMark, machine
from idgraph_widgets.schema import RUNS, quoted
from idgraph_widgets.storage import generation_runs
from idgraph_widgets.storage.catalog.names import JOURNAL, KINDS, PROBE, STAGING, CatalogNames
from idgraph_widgets.storage.catalog.tables import SparkTables, first_line
from idgraph_widgets.storage.manifest import Manifest

QUIET = timedelta(minutes=30)
"""A run of another machine without a commit for this long is taken for dead."""

_AT_WORK: set[str] = set()
"""Runs of this process that have a journal and have not ended."""


@dataclass(frozen=True)
class CatalogJournal:
    """What an unfinished run may have touched, and who runs it.

    Attributes
    ----------
    run_id : str
    versions : dict of str to (int or None)
        By quoted full name: the version a table had when the run began; None where there was none.
    started_at : str
        ISO 8601, UTC.
    machine : str
    pid : int
    started : float
        The process that runs it, as `ProcessMark` has it.
    host : str
        The machine for people.
    """

    run_id: str
    versions: dict[str, int | None]
    started_at: str
    machine: str = field(default_factory=machine)
    pid: int = field(default_factory=os.getpid)
    started: float = field(default_factory=lambda: ProcessMark.of().started)
    host: str = field(default_factory=socket.gethostname)

    def table(self, names: CatalogNames) -> str:
        return names.passing(JOURNAL + "".join(c if c.isalnum() else "_" for c in self.run_id.lower()))

    def write(self, tables: SparkTables, names: CatalogNames) -> None:
        """Make the journal's table.

        Raises
        ------
        StorageError
            The catalog refuses.
        """
        try:
            tables.keep_text(self.table(names), json.dumps(asdict(self)))
        except Exception as error:
            raise StorageError(f"no table can be made in {names.place}: {first_line(error)}") from error
        _AT_WORK.add(self.run_id)

    def refuse_others(self, tables: SparkTables, names: CatalogNames) -> None:
        """Refuse where another run has a journal, too: both began at once.

        Raises
        ------
        StorageError
        """
        for other in journals(tables, names):
            if other.run_id != self.run_id:
                raise StorageError(f"{other.described(names)}Wait for it to end, or choose another schema.")

    def described(self, names: CatalogNames) -> str:
        """That this run is at work, for people."""
        began = f"begun {self.started_at[:16]} UTC"
        who = f"{self.run_id}, process {self.pid} on {self.host}, {began}"
        return f"{names.place} is being written by another run ({who}). "

    def end(self, tables: SparkTables, names: CatalogNames) -> None:
        """The run has ended, well or undone."""
        self.abandon()
        tables.drop(self.table(names))

    def abandon(self) -> None:
        """The run has ended, but could not clear up: what comes next shall."""
        _AT_WORK.discard(self.run_id)


def journals(tables: SparkTables, names: CatalogNames) -> list[CatalogJournal]:
    """Journals of runs into this schema, dead or at work."""
    found = []
    for table in sorted(_names_in(tables, names, "meta")):
        if table.lower().startswith(JOURNAL):
            rows = tables.spark.table(names.passing(table)).collect()
            found += [CatalogJournal(**json.loads(row["text"])) for row in rows]
    return found


def recover_catalog(tables: SparkTables, names: CatalogNames, *, take_over: bool = False) -> str | None:
    """Undo unfinished runs into a schema and drop their passing tables.

    Parameters
    ----------
    tables : SparkTables
    names : CatalogNames
    take_over : bool
        Take a run that cannot be asked whether it lives for a dead one.

    Returns
    -------
    str or None
        The id of a run that was undone; None when there was nothing to undo.

    Raises
    ------
    StorageError
        A run is at work there, or its tables cannot be put back.
    """
    if not tables.has_delta:
        return None
    undone = None
    for journal in journals(tables, names):
        _refuse_if_alive(journal, tables, names, take_over)
        published = published_run(tables, names)
        if published is None or published.run_id != journal.run_id:
            put_back(tables, journal.versions)
            undone = journal.run_id
        drop_passing(tables, names)
        journal.end(tables, names)
    return undone


def recover_for_reading(tables: SparkTables, names: CatalogNames) -> str | None:
    """As `recover_catalog`, for commands that do not mind a run at work."""
    try:
        return recover_catalog(tables, names)
    except StorageError:
        return None


def put_back(tables: SparkTables, versions: dict[str, int | None]) -> None:
    """Bring tables to the versions they had; those that had none are dropped.

    Raises
    ------
    StorageError
        Some could not be; the message names each with its version.
    """

    def back(name: str) -> str:
        version = versions[name]
        try:
            if version is None:
                tables.drop(name)
            elif tables.version(name) != version:
                tables.restore(name, version)
        except Exception as error:
            return f"{name} (version {version}): {first_line(error)}"
        return ""

    # The log of runs first: while it names the unfinished run, that run counts as published.
    log = [name for name in versions if name.endswith(f".{quoted(RUNS.name)}")]
    results = [*map(back, log), *tables.each(back, [name for name in versions if name not in log]).values()]
    failed = [one for one in results if one]
    if failed:
        raise StorageError(
            "An unfinished run changed these tables, and they could not be put back; the next run tries it "
            "again, or run RESTORE TABLE … TO VERSION AS OF … with the privileges for it: "
            f"{'; '.join(failed)}"
        )


def drop_passing(tables: SparkTables, names: CatalogNames) -> None:
    """Drop intermediate frames and trial tables."""
    for kind in KINDS:
        for table in _names_in(tables, names, kind):
            if table.lower().startswith((STAGING, PROBE)):
                tables.drop(quoted(names.catalog, names.schema_of(kind), table))


def published_run(tables: SparkTables, names: CatalogNames) -> Manifest | None:
    """The manifest of the last finished run: the last row of `generation_runs`; None where there is none."""
    table = RUNS
    if table.name not in _names_in(tables, names, "meta"):
        return None
    return generation_runs.last(tables.spark.table(names.of(table)))


def _names_in(tables: SparkTables, names: CatalogNames, kind: str) -> set[str]:
    schema = names.catalog, names.schema_of(kind)
    return tables.names_in(*schema) if tables.knows_schema(*schema) else set()


def _refuse_if_alive(journal: CatalogJournal, tables: SparkTables, names: CatalogNames, take_over: bool) -> None:
    described = journal.described(names)
    if journal.machine == machine():
        process = ProcessMark(journal.machine, journal.pid, journal.started)
        lives = journal.run_id in _AT_WORK or (journal.pid != os.getpid() and process.is_running)
        if lives:
            raise StorageError(f"{described}Wait for it to end, or choose another schema.")
    elif not take_over:
        last = _last_commit(journal, tables)
        if datetime.now(timezone.utc) - last < QUIET:
            raise StorageError(
                f"{described}It wrote last at {last:%H:%M} UTC. Wait for it to end, or choose another schema. If it is "
                f"dead, the next run from {last + QUIET:%H:%M} UTC on undoes it, or one with force=True does now."
            )


def _last_commit(journal: CatalogJournal, tables: SparkTables) -> datetime:
    """When the run last changed a table, as far as can be seen."""
    from pyspark.sql import functions as F

    latest = datetime.fromisoformat(journal.started_at)
    for name in journal.versions:
        try:
            micros = F.unix_micros("timestamp").alias("t")
            row = tables.spark.sql(f"DESCRIBE HISTORY {name} LIMIT 1").select(micros).collect()[0]
        except Exception:  # noqa: S112 - not made yet
            continue
        latest = max(latest, datetime.fromtimestamp(row["t"] / 1_000_000, timezone.utc))
    return latest
