"""The log of a run: a file in its folder with every step and, where it failed, the traceback."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from idgraph_widgets.errors import IdgraphError, RunCancelled
from idgraph_widgets.storage.folder.lock import CONTROL

if TYPE_CHECKING:
    from idgraph_widgets.pipeline.progress import ProgressEvent

LOGGER = logging.getLogger("idgraph_widgets")
"""What a run reports goes to this logger, too; who wants to see it gives it a level and a handler."""

LOGS = f"{CONTROL}/logs"
"""Folder of the logs in a dataset's."""

KEPT = 20
"""Logs that a dataset keeps; the oldest go first."""


class RunLog:
    """Writes down how a run goes. Nothing it meets, a full disk for instance, stops the run.

    Parameters
    ----------
    path : Path or None
        The file; None where the run has no folder, as in a session's catalog.
    forward : bool
        Tell `LOGGER` as well.

    Attributes
    ----------
    path : Path or None
        None also where it cannot be written.
    """

    def __init__(self, path: Path | None, forward: bool = True):
        self.path = None
        self._begun: set[str] = set()
        # A logger of its own: several runs may be at work in one process, and the level of the named one is the
        # user's affair.
        self._log = logging.Logger(f"{LOGGER.name}.run", logging.DEBUG)  # noqa: LOG001
        if forward:
            self._log.addHandler(_Forward())
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._log.addHandler(_File(path, encoding="utf-8"))
                self.path = path
            except OSError:
                pass

    @classmethod
    def of_dataset(cls, folder: Path | None, run_id: str) -> RunLog:
        """The log of a run into a dataset's folder; older ones make room for it."""
        if folder is None:
            return cls(None)
        logs = Path(folder, LOGS)
        for old in sorted(logs.glob("*.log"))[: -KEPT + 1]:
            old.unlink(missing_ok=True)
        return cls(logs / f"{run_id}.log")

    def info(self, message: str, *values) -> None:
        """Write a line; `values` are put into `message` as in `logging`."""
        self._log.info(message, *values)

    def step(self, event: ProgressEvent) -> None:
        """Write an event of the run's progress; a table's first and last one for whoever wants to see little."""
        where = f"{event.step} of {event.steps} blocks"
        is_first = event.table not in self._begun
        self._begun.add(event.table)
        level = logging.INFO if is_first or event.state == "finished" else logging.DEBUG
        rows = f"{event.table}, {event.table_rows:,} rows"
        self._log.log(level, "%s: %s (%.1f s)", where, rows, event.elapsed)

    def ended(self, explained: BaseException, error: BaseException) -> BaseException:
        """Write how the run ended and name this log in the error for people.

        Parameters
        ----------
        explained : BaseException
            What is raised.
        error : BaseException
            What led to it; its traceback is written.

        Returns
        -------
        BaseException
            `explained`.
        """
        if isinstance(explained, RunCancelled) or not isinstance(explained, Exception):
            self._log.info("%s", str(explained) or "The run was interrupted.")
            return explained
        self._log.info("The run failed.", exc_info=error)
        if isinstance(explained, IdgraphError):
            explained.log = self.path
        return explained

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        for handler in list(self._log.handlers):
            self._log.removeHandler(handler)
            handler.close()


class _Forward(logging.Handler):
    """Passes on what the named logger is to show."""

    def emit(self, record: logging.LogRecord) -> None:
        if LOGGER.isEnabledFor(record.levelno):
            LOGGER.handle(record)


class _File(logging.FileHandler):
    """A file that gets what there is room for."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Drop what cannot be written."""
