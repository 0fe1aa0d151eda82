"""What a kernel knows besides its rows: the configuration and the tables the driver made from it."""

from __future__ import annotations

import hashlib
import pickle
import weakref
from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from functools import cached_property, lru_cache, partial
from typing import Any, TypeVar

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws

T = TypeVar("T")

DAY = 86_400_000_000
"""Microseconds in a day."""


class Context:
    """The configuration and everything that depends on it alone.

    Lotteries, thresholds, quantiles and pools of names are made once, on the driver, by functions of the configuration
    (`Context.make`), and shipped to the workers: what comes from floating-point functions or another library's data
    is then the same for every row, whatever runs on the workers.

    Parameters
    ----------
    config : GenerationConfig
    prepared : mapping of str to object
        What each preparing function returned, by `_name` of the function.
    block_starts : tuple of int
        First households of appends that began inside a block; each settles budgets apart from there.
    """

    def __init__(self, config: GenerationConfig, prepared: Mapping[str, Any], block_starts: tuple[int, ...] = ()):
        self.config = config
        self.block_starts = block_starts
        self._prepared = dict(prepared)
        self._remembered: dict[str, Any] = {}

    @classmethod
    def make(
        cls,
        config: GenerationConfig,
        prepare: tuple[Callable[[GenerationConfig], Any], ...],
        block_starts: tuple[int, ...] = (),
    ) -> Context:
        """Run each of the preparing functions once and keep what they return."""
        prepared = {_name(function): function(config) for function in dict.fromkeys(prepare)}
        return cls(config, prepared, tuple(block_starts))

    def of(self, prepare: Callable[[GenerationConfig], T]) -> T:
        """What the driver made with that preparing function. KeyError where it made nothing."""
        return self._prepared[_name(prepare)]

    def remembered(self, function: Callable[..., T], size: int) -> Callable[..., T]:
        """`function` of this context and what can be hashed, with its last `size` results, which go with the context.

        A result is handed out again as it is: nobody may change it.
        """
        name = _name(function)
        if name not in self._remembered:
            # A context that referred to itself would stay, megabytes and all, until cycles are looked for.
            self._remembered[name] = lru_cache(size)(partial(function, weakref.proxy(self)))
        return self._remembered[name]

    def draws(self, table: str) -> Draws:
        """The draws of a table."""
        return Draws(self.config.seed, table)

    @cached_property
    def start(self) -> int:
        """Start of the window, microseconds since 1970 in UTC."""
        return micros(self.config.start_date)

    @cached_property
    def end(self) -> int:
        """End of the window (exclusive), microseconds since 1970 in UTC."""
        return micros(self.config.end_date)

    def to_bytes(self) -> bytes:
        """The context as bytes, for workers."""
        data = (self.config.to_json(), self._prepared, self.block_starts)
        return pickle.dumps(data, protocol=4)

    @classmethod
    def from_bytes(cls, data: bytes) -> Context:
        """What `to_bytes` wrote."""
        config, prepared, block_starts = pickle.loads(data)  # noqa: S301  our own driver's bytes
        return cls(GenerationConfig.from_json(config, check=False), prepared, block_starts)


def digest(data: bytes) -> str:
    """SHA-256 (hex) of shipped bytes: a worker reports what it worked with."""
    return hashlib.sha256(data).hexdigest()


def micros(day: date) -> int:
    """Midnight UTC of a date, microseconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp()) * 1_000_000


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"
