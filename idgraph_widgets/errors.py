"""The errors a user can meet, each with the exit code the command line ends with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


class IdgraphError(Exception):
    """Something a person can act on: says what was found, what is allowed and what to do.

    Attributes
    ----------
    exit_code : int
        What the command line ends with.
    log : Path or None
        Where the traceback and the steps before are written down; part of the message.
    """

    exit_code = 3
    log: Path | None = None

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} Steps and traceback: {self.log}" if self.log else message


class ConfigError(IdgraphError):
    """The configuration, or another input, is wrong; nothing was started.

    Parameters
    ----------
    message : str
        All problems in words.
    problems : sequence, optional
        The single problems, as `idgraph_widgets.config.Problem`.
    """

    exit_code = 2

    def __init__(self, message: str, problems: Iterable[Any] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class EngineError(IdgraphError):
    """No engine could be started, or the one given cannot do the work."""


class StorageError(IdgraphError):
    """A dataset could not be written, read or restored."""


class CatalogError(StorageError):
    """A catalog service refused, or did not answer.

    Parameters
    ----------
    message : str
    status : int
        Of the HTTP answer; 0 where none came.
    code : str
        The service's own name of the error.
    """

    def __init__(self, message: str, status: int = 0, code: str = ""):
        super().__init__(message)
        self.status = status
        self.code = code


class JobError(IdgraphError):
    """A workspace refused a job, or did not answer.

    Parameters
    ----------
    message : str
    status : int
        Of the HTTP answer; 0 where none came.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class RunError(IdgraphError):
    """Generation stopped; what was published before is untouched."""


class RunCancelled(IdgraphError):
    """The run was cancelled by the user; what was published before is untouched."""

    exit_code = 130
