"""What the tasks of a run reported, added up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns
from idgraph_widgets.errors import RunCancelled, RunError, StorageError
from idgraph_widgets.pipeline.sums import Sums
from idgraph_widgets.storage.content_hash import HashParts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idgraph_widgets.pipeline.worker import TaskResult
    from idgraph_widgets.storage.folder.parquet_files import DataFile


@dataclass
class Totals:
    """Files, hash parts and sums of all tasks, by table.

    Attributes
    ----------
    files : dict of str to list of DataFile
    written, published : dict of str to HashParts
        Of rows that were written, and of rows that must be there already.
    sums : Sums
    seconds : dict of str to float
        Seconds of all tasks together, by what they did.
    """

    files: dict[str, list[DataFile]] = field(default_factory=dict)
    written: dict[str, HashParts] = field(default_factory=dict)
    published: dict[str, HashParts] = field(default_factory=dict)
    sums: Sums = field(default_factory=Sums)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, results: Iterable[TaskResult], tasks: int, context: str, code: str) -> Totals:
        """Take what tasks found.

        Parameters
        ----------
        results : iterable of TaskResult
        tasks : int
            How many there must be.
        context, code : str
            Digests of what the driver shipped and of its own code.

        Raises
        ------
        RunCancelled
            A task was ended by the mark.
        StorageError
            A task could not write.
        RunError
            A task is missing, or worked with other data or other code than this process.
        """
        found = {one.task: one for one in results}
        # A fault ends the other tasks as a cancelled run does, and is what to report.
        for one in found.values():
            if one.fault:
                raise StorageError(f"{one.fault} Nothing was published; what was there before is untouched.")
        for one in found.values():
            if one.cancelled:
                raise RunCancelled("The run was cancelled. What was published before is untouched.")
            if one.context != context or one.code != code:
                what = "another configuration" if one.context != context else "another version of idgraph_widgets"
                raise RunError(
                    f"A Spark worker made its rows with {what} than this process has, so they could differ. Restart "
                    "the session, with the same version on the cluster and here. Nothing was published."
                )
        if len(found) != tasks:
            raise RunError(f"Spark returned {len(found):,} of {tasks:,} tasks. Nothing was published; run it again.")
        for number in sorted(found):
            self._add(found[number])
        return self

    def _add(self, result: TaskResult) -> None:
        for name, files in result.files.items():
            self.files.setdefault(name, []).extend(files)
        for mine, theirs in ((self.written, result.written), (self.published, result.published)):
            for name, parts in theirs.items():
                mine[name] = mine.get(name, HashParts()) + parts
        for name, columns in result.sums.items():
            self.sums.add(name, Columns(**{column: np.array(values, np.int64) for column, values in columns.items()}))
        for what, seconds in result.seconds.items():
            self.seconds[what] = self.seconds.get(what, 0.0) + seconds

    def summed(self, name: str, *more: Columns) -> Columns | None:
        """The sums of a table over all tasks, and over `more`; None where there are none at all."""
        found, total = self.sums.of(name), Sums()
        for columns in (*more, *([] if found is None else [found])):
            total.add(name, columns)
        return total.of(name)
