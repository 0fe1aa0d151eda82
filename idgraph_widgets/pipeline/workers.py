"""What a session's workers are: how many at once, where they run, what they see, what is installed there.

One small job asks all of it, so that a run that cannot work ends before its first row, in words.
"""

from __future__ import annotations

import json
import os
import socket
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path

from idgraph_widgets.errors import RunError
from idgraph_widgets.memory import Memory, available_memory
from idgraph_widgets.processes import cores
from idgraph_widgets.storage.catalog.tables import first_line

_ROWS = 4096
"""Rows that a session spreads over as many partitions as it would use by itself."""

TASKS_PER_CORE = 4
"""Tasks for each core of a cluster: one that is slow or runs again costs a fraction of the run only."""


@dataclass(frozen=True)
class Workers:
    """Where tasks of a session run.

    Attributes
    ----------
    at_once : int
        Tasks that run at the same time, as far as the session shows.
    in_process : bool
        Tasks are threads of this very process, as on the embedded engine.
    sees_folder : bool
        All of them see the folder that was asked about.
    slots : mapping of str to int
        Tasks that run at the same time, by the machine they run on.
    memory : mapping of str to Memory
        What tasks may use there, as far as machines report it.
    """

    at_once: int
    in_process: bool
    sees_folder: bool
    slots: Mapping[str, int] = field(default_factory=dict)
    memory: Mapping[str, Memory] = field(default_factory=dict)

    @staticmethod
    def is_here(host: str) -> bool:
        """Whether that machine is the one of this process."""
        return host == socket.gethostname()

    def tasks(self, blocks: int) -> int:
        """Into how many tasks to cut a run of so many blocks.

        The embedded engine starts all tasks at once in threads of one process: more than cores fight for the
        interpreter and for memory.
        """
        return max(1, min(blocks, self.at_once if self.in_process else self.at_once * TASKS_PER_CORE))


def probe(spark, folder: Path | None = None) -> Workers:
    """Ask the workers of a session.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    folder : Path, optional
        A folder of this machine; whether workers see it decides whether they can write into it.

    Raises
    ------
    RunError
        The workers lack this package, something it needs, or have another version of it; says what to do.
    """
    from idgraph_widgets.pipeline.failures import missing_module
    from idgraph_widgets.pipeline.worker import code_digest

    seen, here = "" if folder is None else str(folder), f"{socket.gethostname()} {os.getpid()}"

    def look(batches):
        import json
        import os
        import socket

        import pyarrow as pa

        for _ in batches:
            pass
        host = socket.gethostname()
        there = f"{host} {os.getpid()}"
        answer = {"process": there, "sees": bool(seen) and os.path.isdir(seen)}  # noqa: PTH112 - needs nothing but os
        try:
            from idgraph_widgets.pipeline.worker import code_digest as digest_there

            answer["code"] = digest_there()
            from idgraph_widgets.pipeline.workers import memory_there

            answer |= {"host": host, "memory": memory_there()}
        except Exception as error:
            answer["missing"] = f"{type(error).__name__}: {error}"
        yield pa.RecordBatch.from_arrays([pa.array([json.dumps(answer)], pa.string())], names=["answer"])

    try:
        rows = spark.range(_ROWS).mapInArrow(look, "answer string").collect()
    except Exception as error:
        # Spark itself needs pyarrow there.
        missing = missing_module(str(error))
        raise _refused(error) if missing is None else _cannot_load(missing) from error
    found = [json.loads(row.answer) for row in rows]
    _refuse_other_code(found, code_digest())
    in_process = all(one["process"] == here for one in found)
    at_once = cores() if in_process else len(found)
    memory: dict[str, Memory] = {}
    for one in found:
        if one["memory"] is not None:
            there = Memory(*one["memory"])
            memory[one["host"]] = min(there, memory.get(one["host"], there), key=lambda known: known.left)
    slots = {socket.gethostname(): at_once} if in_process else Counter(one["host"] for one in found)
    return Workers(at_once, in_process, all(one["sees"] for one in found), slots, memory)


def memory_there() -> tuple[int, int, str] | None:
    """The fields of the memory that a task may use where it runs; None where the system does not report it."""
    try:
        return astuple(available_memory())
    except Exception:
        # Sandboxes hide what they like; a run that would fit must not fail for it.
        return None


def _refused(error: Exception) -> RunError:
    """What a first job of Python met: workers that run another Python, or none that is fit."""
    lines = [line.strip() for line in str(error).splitlines()]
    lacking = [line for line in lines if "ModuleNotFoundError" in line or "PYTHON_VERSION_MISMATCH" in line]
    if not lacking:
        return RunError(f"The session cannot run Python on its workers: {first_line(error)} Nothing was written.")
    return RunError(
        f"The Python of the Spark workers is not fit ({lacking[-1]}). Rows are made there: before the session starts, "
        "set PYSPARK_PYTHON to a Python that has this package, of the version that runs here. Nothing was written."
    )


def _refuse_other_code(found: list[dict], here: str) -> None:
    missing = next((one["missing"] for one in found if "missing" in one), None)
    if missing is not None:
        raise _cannot_load(missing)
    if any(one["code"] != here for one in found):
        raise RunError(
            "The Spark workers have another version of idgraph_widgets than this process, so their rows could differ. "
            "Install the same version on the cluster and here, and restart the session. Nothing was written."
        )


def _cannot_load(missing: str) -> RunError:
    return RunError(
        f"The Spark workers cannot load idgraph_widgets ({missing}). Rows are made there: install the package on the "
        "cluster (on Databricks as a library of the cluster or in the notebook's environment; elsewhere in the Python "
        "that the environment variable PYSPARK_PYTHON or the setting spark.pyspark.python names), in the version that "
        "is installed here. Nothing was written."
    )
