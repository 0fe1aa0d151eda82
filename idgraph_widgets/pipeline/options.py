"""What a run is asked for beside its configuration and its target: the same for API, command line, studio and job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.pipeline.cancel import CancelToken
from idgraph_widgets.pipeline.progress import ProgressEvent
from idgraph_widgets.storage.layout import Layouts


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """How a run works, refused here where it cannot; no row depends on it.

    Attributes
    ----------
    on_progress : callable, optional
        Called in the thread of the run with each `ProgressEvent`; takes the place of the bar.
    cancel : CancelToken, optional
    force : bool
        Write into a folder that holds other things, next to them.
    partitions : int, optional
        Cut the run into this many tasks; default: by the session's cores.
    engine : (str, str), optional
        Name and version of the engine for the record; default: what the session reports.
    layouts : mapping or Layouts, optional
        In a catalog with Delta: columns to cluster or partition tables by; the run makes `Layouts` of a mapping.
    progress : bool, optional
        Show a bar with percent and time left. Default: where a person looks on, in a notebook or on a terminal,
        unless `on_progress` is given.

    Raises
    ------
    ConfigError

    Examples
    --------
    >>> RunOptions(partitions=0)
    Traceback (most recent call last):
    ...
    idgraph_widgets.errors.ConfigError: partitions: found 0; allowed: a whole number, 1 or more, or None, by which the \
session's cores decide.
    """

    on_progress: Callable[[ProgressEvent], None] | None = None
    cancel: CancelToken | None = None
    force: bool = False
    partitions: int | None = None
    engine: tuple[str, str] | None = None
    layouts: Mapping[str, Any] | Layouts | None = None
    progress: bool | None = None

    def __post_init__(self) -> None:
        for name, fits, allowed in _ALLOWED:
            value = getattr(self, name)
            if not fits(value):
                raise ConfigError(f"{name}: found {value!r}; allowed: {allowed}.")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_pair_of_texts(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(text, str) for text in value)


_ALLOWED: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("on_progress", lambda value: value is None or callable(value), "a function of a ProgressEvent, or None"),
    ("cancel", lambda value: value is None or isinstance(value, CancelToken), "a CancelToken, or None"),
    ("force", lambda value: isinstance(value, bool), "True or False"),
    (
        "partitions",
        lambda value: value is None or _is_count(value),
        "a whole number, 1 or more, or None, by which the session's cores decide",
    ),
    (
        "engine",
        lambda value: value is None or _is_pair_of_texts(value),
        "name and version of the engine, as ('spark', '4.1.0'), or None, by which the session is asked",
    ),
    (
        "layouts",
        lambda value: value is None or isinstance(value, (Mapping, Layouts)),
        "a mapping of tables, as {'households': {'cluster_by': ['state']}}, or None",
    ),
    ("progress", lambda value: value is None or isinstance(value, bool), "True, False or None"),
)
"""Of each option: what it may be, and that in words."""

AS_BY_DEFAULT = RunOptions()
