"""What runs on a worker: whole blocks of households to Parquet files, or to rows that carry them.

Nothing here needs an engine: Spark hands over task numbers and takes back what a task reports.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from idgraph_widgets.arrays import record_batch
from idgraph_widgets.config.extra_columns import tables_of
from idgraph_widgets.errors import IdgraphError, RunCancelled
from idgraph_widgets.generators.block import SUMMED, block_tables
from idgraph_widgets.generators.context import Context, digest
from idgraph_widgets.generators.extras import extended
from idgraph_widgets.pipeline.control import TaskProgress
from idgraph_widgets.pipeline.emission import Emission, Fate
from idgraph_widgets.pipeline.sums import Sums
from idgraph_widgets.schema import Table
from idgraph_widgets.storage.content_hash import HashParts, batch_parts
from idgraph_widgets.storage.faults import disk_fault
from idgraph_widgets.storage.folder.block_files import BlockFiles

MEMORY_ADVICE = (
    "Each task needs up to 1 GB beside Spark's own: give the workers more memory, let fewer tasks run at once "
    "(partitions), or generate fewer days or events."
)


@dataclass(frozen=True)
class Job:
    """What every task of a run is given.

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
        A folder of the run in which tasks report their progress and look for the mark to end; "" where they do not see
        it.
    """

    context: bytes
    blocks: tuple[tuple[tuple[int, int], ...], ...]
    wanted: frozenset[str]
    part_homes: int
    emission: Emission
    run_id: str = ""
    folder: str = ""
    control: str = ""

    @property
    def tables(self) -> dict[str, Table]:
        """The tables of the dataset, by name."""
        return tables_of(shipped_context(self.context).config)


@dataclass
class TaskResult:
    """What a task reports when it ends; see `to_json`.

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
    def from_json(cls, text: str) -> TaskResult:
        """What `to_json` wrote."""
        from idgraph_widgets.storage.folder.parquet_files import DataFile

        result = cls(**json.loads(text))
        result.files = {name: [DataFile(**file) for file in files] for name, files in result.files.items()}
        for name in ("written", "published"):
            parts = {table: HashParts.from_text(*pair) for table, pair in getattr(result, name).items()}
            setattr(result, name, parts)
        return result


class _AtWork:
    """Counts the tasks that run in this process, as those of the embedded engine do."""

    def __init__(self):
        self._number, self._changed = 0, threading.Condition()

    def __enter__(self):
        with self._changed:
            self._number += 1

    def __exit__(self, *_exc) -> None:
        with self._changed:
            self._number -= 1
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until none is at work any more; whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: self._number == 0, seconds)


AT_WORK = _AtWork()
"""An engine that is stopped while its Python still runs in this process takes the process with it: wait for it."""


def run_task(job: Job, task: int) -> TaskResult:
    """Write the blocks of one task as files and report them. A fault is reported, not raised."""
    with AT_WORK:
        return _run_task(job, task)


def _run_task(job: Job, task: int) -> TaskResult:
    result = TaskResult(task, digest(job.context), code_digest())
    files: dict[str, BlockFiles] = {}
    progress = TaskProgress(Path(job.control), task)
    try:
        for table, batch in _written(job, result, progress):
            if table is None:
                for one in files.values():
                    one.end_block()
                continue
            if table.name not in files:
                files[table.name] = BlockFiles(Path(job.folder, table.path), job.run_id, table, f"{task:05d}")
            files[table.name].add(batch)
        result.files = {name: one.close() for name, one in files.items()}
        result.written = {name: one.parts for name, one in files.items()}
        progress.check()
        return result
    except BaseException as error:
        for one in files.values():
            one.abandon()
        _tell_fault(result, progress.ended() or error, job.folder)
        if result.fault:
            progress.end_all()
    result.files, result.written = {}, {}
    return result


TASK_RESULT = "task_result"
"""Kind of the row that ends what `run_rows` gives of a task."""


def run_rows(job: Job, task: int) -> Iterator[tuple[str, bytes]]:
    """The blocks of one task as rows that carry them: (kind, payload).

    The kind is the name of a table, and the payload rows of it as an Arrow stream; or it is `TASK_RESULT`, and the
    payload is what `TaskResult.to_json` gives.
    """
    result = TaskResult(task, digest(job.context), code_digest())
    progress = TaskProgress(Path(job.control), task) if job.control else None
    with AT_WORK:
        try:
            for table, batch in _written(job, result, progress):
                if table is None:
                    continue
                before = result.written.get(table.name, HashParts())
                result.written[table.name] = before + batch_parts(batch, table)
                for start in range(0, batch.num_rows, _ROWS_IN_A_PAYLOAD):
                    yield table.name, _stream(batch.slice(start, _ROWS_IN_A_PAYLOAD))
        except Exception as error:
            _tell_fault(result, error, "a worker's own disk")
        yield TASK_RESULT, result.to_json().encode()


_ROWS_IN_A_PAYLOAD = 50_000
"""A payload is a few megabytes: engines pass it on whole."""


def _stream(batch) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def _tell_fault(result: TaskResult, error: BaseException, place: str) -> None:
    """Put into words what a task met that writes to `place`.

    What no words are known for is raised, so that Spark may try again.
    """
    if isinstance(error, RunCancelled):
        result.cancelled = True
        return
    meaning = disk_fault(error)
    fault = None if meaning is None else f"A Spark worker could not write to {place}: {meaning}"
    if isinstance(error, IdgraphError):
        fault = str(error)
    if isinstance(error, MemoryError):
        fault = f"A Spark worker had not enough memory. {MEMORY_ADVICE}"
    if fault is None:
        raise error
    result.fault = fault


def _written(job: Job, result: TaskResult, progress: TaskProgress | None) -> Iterator[tuple[Table | None, object]]:
    """(table, batch) of all rows to be written, (None, None) at the end of each block; the rest goes into `result`."""
    context, tables = shipped_context(job.context), job.tables
    sums = Sums()
    check = progress.check if progress else lambda: None
    kernels, since = 0.0, time.perf_counter()
    for first, last in job.blocks[result.task]:
        for made in block_tables(context, first, last, job.wanted, job.part_homes, check):
            if made.table in SUMMED:
                sums.add(made.table, made.columns)
                continue
            table, rows = tables[made.table], extended(context, made.table, made.columns)
            for fate, columns in job.emission.split(table, rows, made.household).items():
                batch = record_batch(table, columns)
                if fate is Fate.PUBLISHED:
                    before = result.published.get(table.name, HashParts())
                    result.published[table.name] = before + batch_parts(batch, table)
                    continue
                kernels += time.perf_counter() - since
                yield table, batch
                since = time.perf_counter()
                if progress:
                    progress.made(table.name, batch.num_rows)
        yield None, None
        since = time.perf_counter()
        if progress:
            progress.block_done()
    result.sums = sums.to_lists()
    result.seconds["kernels"] = kernels


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
