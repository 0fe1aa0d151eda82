"""What runs on a worker: whole blocks of households to Parquet files, or to rows that carry them.

Nothing here needs an engine: Spark hands over task numbers and takes back what a task tells.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from idgraph_widgets.arrays import Columns, record_batch, sum_by
from idgraph_widgets.errors import IdgraphError, RunCancelled, StorageError
from idgraph_widgets.generators.block import SUMMED, block_tables
from idgraph_widgets.generators.context import Context, digest
from idgraph_widgets.pipeline.emission import Emission, Part
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.storage.block_files import BlockFiles
from idgraph_widgets.storage.content_hash import HashParts, batch_parts
from idgraph_widgets.storage.faults import disk_fault

CANCEL = "cancel"
"""Name of the file, in the run's control folder, that ends its tasks."""

_TELL_SECONDS = 0.5
"""Least time between two messages of a task about its progress."""


@dataclass(frozen=True)
class Job:
    """What every task of a run is told.

    Attributes
    ----------
    context : bytes
        See `Context.to_bytes`.
    blocks : tuple of tuple of (int, int)
        Per task the blocks it makes: first and last household asked for.
    wanted : frozenset of str
    part_homes : int
        Households made at a time.
    emission : Emission
    run_id : str
    folder : str
        The dataset's folder.
    control : str
        A folder of the run in which tasks tell their progress and look for the mark to end.
    """

    context: bytes
    blocks: tuple[tuple[tuple[int, int], ...], ...]
    wanted: frozenset[str]
    part_homes: int
    emission: Emission
    run_id: str = ""
    folder: str = ""
    control: str = ""


@dataclass
class Told:
    """What a task tells when it ends; see `to_json`.

    Attributes
    ----------
    files : dict of str to list of DataFile
    written, published : dict of str to HashParts
        Hash parts, by table, of rows that were written and of rows that must be there already.
    sums : dict of str to dict
        Columns of the sums of `SUMMED` tables.
    fault : str
        What went wrong, in words; "" if nothing.
    cancelled : bool
    seconds : dict of str to float
        Of kernels and of files.
    """

    task: int
    context: str = ""
    code: str = ""
    files: dict = field(default_factory=dict)
    written: dict = field(default_factory=dict)
    published: dict = field(default_factory=dict)
    sums: dict = field(default_factory=dict)
    fault: str = ""
    cancelled: bool = False
    seconds: dict = field(default_factory=dict)

    def to_json(self) -> str:
        """As text, for the way back through the engine."""
        data = {**vars(self)}
        data["files"] = {name: [vars(file) for file in files] for name, files in self.files.items()}
        for name in ("written", "published"):
            data[name] = {table: [parts.rows, parts.to_text()] for table, parts in data[name].items()}
        return json.dumps(data)

    @classmethod
    def from_json(cls, text: str) -> Told:
        """What `to_json` wrote."""
        from idgraph_widgets.storage.parquet_files import DataFile

        told = cls(**json.loads(text))
        told.files = {name: [DataFile(**file) for file in files] for name, files in told.files.items()}
        for name in ("written", "published"):
            parts = {table: HashParts.from_text(*pair) for table, pair in getattr(told, name).items()}
            setattr(told, name, parts)
        return told


def run_task(job: Job, task: int) -> Told:
    """Write the blocks of one task as files and tell about them. A fault is told, not raised."""
    told = Told(task, digest(job.context), code_digest())
    work = _FileTask(job, told)
    try:
        work.run()
    except RunCancelled:
        told.cancelled = True
    except Exception as error:
        fault = str(error) if isinstance(error, IdgraphError) else disk_fault(error)
        if fault is None:
            raise
        told.fault = fault
    finally:
        work.abandon()
    return told


class _FileTask:
    def __init__(self, job: Job, told: Told):
        self.job, self.told = job, told
        self.files: dict[str, BlockFiles] = {}
        self.rows: dict[str, int] = {}
        self.sums: dict[str, list[Columns]] = {}
        self.done = 0
        self._told_at = 0.0

    def run(self) -> None:
        context = shipped_context(self.job.context)
        kernel, files = 0.0, 0.0
        for first, last in self.job.blocks[self.told.task]:
            since = time.perf_counter()
            for made in block_tables(context, first, last, self.job.wanted, self.job.part_homes, self._check):
                then = time.perf_counter()
                kernel += then - since
                self._take(made)
                since = time.perf_counter()
                files += since - then
            kernel += time.perf_counter() - since
            for one in self.files.values():
                one.end_block()
            self._add_up()
            self.done += 1
            self._tell(at_once=True)
        self._check()
        self.told.files = {name: one.close() for name, one in self.files.items()}
        self.told.written = {name: one.parts for name, one in self.files.items()}
        self.told.sums = {
            name: {column: sums[column].tolist() for column in sums.names} for name, (sums,) in self.sums.items()
        }
        self.told.seconds = {"kernels": kernel, "files": files}

    def abandon(self) -> None:
        for one in self.files.values():
            one.abandon()

    def _take(self, made) -> None:
        if made.table in SUMMED:
            self.sums.setdefault(made.table, []).append(made.columns)
            return
        table = GENERATED[made.table]
        for part, columns in self.job.emission.split(table, made.columns, made.household).items():
            batch = record_batch(table, columns)
            if part is Part.PUBLISHED:
                before = self.told.published.get(table.name, HashParts())
                self.told.published[table.name] = before + batch_parts(batch, table)
                continue
            if table.name not in self.files:
                folder = Path(self.job.folder, table.path)
                self.files[table.name] = BlockFiles(folder, self.job.run_id, table, f"{self.told.task:05d}")
            self.files[table.name].add(batch)
            self.rows[table.name] = self.rows.get(table.name, 0) + batch.num_rows
        self._tell()

    def _add_up(self) -> None:
        """Keep one row of sums per key, whatever the number of blocks."""
        for name, parts in self.sums.items():
            self.sums[name] = [sum_by(Columns.concat(parts), *SUMMED[name])]

    def _check(self) -> None:
        """End where the run was cancelled, or its control folder is gone: the run was undone."""
        control = Path(self.job.control)
        if (control / CANCEL).exists() or not control.is_dir():
            raise RunCancelled("The run was cancelled. What was published before is untouched.")

    def _tell(self, at_once: bool = False) -> None:
        """Leave rows and blocks so far where the driver looks for them."""
        now = time.monotonic()
        if now - self._told_at < _TELL_SECONDS and not at_once:
            return
        self._told_at = now
        path = Path(self.job.control, f"{self.told.task:05d}.json")
        try:
            path.with_suffix(".new").write_text(json.dumps({"blocks": self.done, "rows": self.rows}), encoding="utf-8")
            os.replace(path.with_suffix(".new"), path)
        except OSError:
            self._check()  # undone while it worked; a full disk is met by the files, too


@lru_cache(maxsize=2)
def shipped_context(data: bytes) -> Context:
    """The context of shipped bytes, made once per process and run."""
    return Context.from_bytes(data)


@lru_cache(maxsize=1)
def code_digest() -> str:
    """SHA-256 (hex) over the source of everything that decides about rows, as it is installed here."""
    import hashlib

    import idgraph_widgets

    root = Path(idgraph_widgets.__file__).parent
    found = hashlib.sha256()
    for room in ("arrays", "config", "draws", "generators", "schema"):
        for path in sorted((root / room).rglob("*.py")):
            found.update(path.relative_to(root).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()
