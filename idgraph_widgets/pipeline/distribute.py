"""Handing tasks to Spark: one partition a task, text back.

Only the public DataFrame API is used: `range` and `mapInArrow` run on classic Spark from 3.5, on Spark Connect, on
serverless compute and on the embedded engine alike.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import pairwise
from typing import TypeVar

from idgraph_widgets.pipeline.cancel import CancelToken, JobTag

T = TypeVar("T")

_LOOK_SECONDS = 0.2
"""Time between two looks at calls."""

_INTERRUPT_SECONDS = 0.5

_END_SECONDS = 2.0
"""How long a run that ends early waits for its jobs to notice."""


def run_tasks(spark, work: Callable[[int], str], tasks: int) -> list[str]:
    """What `work` returns for each task 0..tasks - 1, in any order.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    work : callable
        Pickled and called on the workers, which need this package.
    tasks : int
        As many partitions are made.
    """

    # A function inside a function is pickled by value: it needs nothing of this module on the workers.
    def each(batches):
        import pyarrow as pa

        for batch in batches:
            for task in batch.column(0).to_pylist():
                yield pa.RecordBatch.from_arrays([pa.array([work(task)], pa.string())], names=["result"])

    found = spark.range(0, tasks, 1, tasks).mapInArrow(each, "result string").collect()
    return [row.result for row in found]


def in_background(spark, tag: str, cancel: CancelToken, call: Callable[[], list[str]]) -> Future:
    """Make a call whose jobs can be interrupted, in a thread of its own, so that this one can follow it.

    Tags belong to the thread that starts the jobs, so the thread sets them.
    """

    def tagged():
        with JobTag(spark, tag) as mark:
            cancel.watch(mark.interrupt)
            return call()

    pool = ThreadPoolExecutor(1, thread_name_prefix=tag)
    future = pool.submit(tagged)
    pool.shutdown(wait=False)
    return future


def side_by_side(
    spark,
    tag: str,
    cancel: CancelToken,
    calls: Sequence[Callable[[], T]],
    *,
    at_once: int = 1,
    look: Callable[[], None] = lambda: None,
    end: Callable[[], None] = lambda: None,
) -> list[T]:
    """What calls to the engine return, some of them at the same time, followed by this thread.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    tag : str
        Marks their jobs.
    cancel : CancelToken
    calls : sequence of callable
    at_once : int
        How many are at work at the same time.
    look : callable
        Called every moment meanwhile.
    end : callable
        Called where they shall end early.

    Raises
    ------
    Exception
        Of the first call that fails, of `look`, or `RunCancelled`. Calls that have not begun then never do, jobs of the
        others are interrupted, and none is at work any more: what follows may undo what they did.
    """
    ended = threading.Event()
    marks: list[JobTag] = []

    def tagged(call):
        # Tags belong to the thread that starts the jobs.
        with JobTag(spark, tag) as mark:
            marks.append(mark)
            return None if ended.is_set() else call()

    with ThreadPoolExecutor(at_once, thread_name_prefix=tag) as pool:
        futures = [pool.submit(tagged, call) for call in calls]
        try:
            while not all(future.done() for future in futures):
                cancel.check()
                for future in futures:
                    if future.done():
                        future.result()
                look()
                time.sleep(_LOOK_SECONDS)
            cancel.check()
            return [future.result() for future in futures]
        except BaseException:
            ended.set()
            end()
            _interrupt(futures, marks)
            raise


def _interrupt(futures: Sequence[Future], marks: list[JobTag]) -> None:
    """Interrupt jobs until their calls have ended: one may be on its way to the engine just now."""
    for future in futures:
        future.cancel()
    while not all(future.done() for future in futures):
        if marks:
            marks[-1].interrupt()
        wait(futures, _INTERRUPT_SECONDS)


def follow(
    call: Future, cancel: CancelToken, look: Callable[[], None] = lambda: None, end: Callable[[], None] = lambda: None
) -> list[str]:
    """What a call of `in_background` returns.

    Parameters
    ----------
    call : Future
    cancel : CancelToken
    look : callable
        Called several times a second while the jobs are at work, and once when they have ended.
    end : callable
        Called first where the run is cancelled, or where `look` fails: its jobs are then interrupted.

    Raises
    ------
    RunCancelled
    """
    try:
        while not call.done():
            cancel.check()
            look()
            wait([call], _LOOK_SECONDS)
        cancel.check()
        look()
    except BaseException:
        end()
        cancel.interrupt()
        wait([call], _END_SECONDS)
        raise
    finally:
        cancel.watch(None)
    return call.result()


def cut(blocks: Sequence[tuple[int, int]], tasks: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The blocks in `tasks` runs of neighbours, as even as can be; never more tasks than blocks."""
    tasks = max(1, min(tasks, len(blocks)))
    borders = [len(blocks) * k // tasks for k in range(tasks + 1)]
    return tuple(tuple(blocks[low:high]) for low, high in pairwise(borders))
