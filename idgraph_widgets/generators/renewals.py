"""What people have for some time and then another of: addresses of homes, phones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.draws import UNIT_BITS, hashed

if TYPE_CHECKING:
    from idgraph_widgets.draws import Draws

_LENGTH_BITS = 4
LENGTHS = 1 << _LENGTH_BITS

MEAN_INVERSE = sum(2 ** -((i - 7.5) / 8) for i in range(LENGTHS)) / LENGTHS
"""Mean of median / length over `lengths_around`: renewals in the time of one median."""


def lengths_around(median: int) -> list[int]:
    """Lengths from half to twice a median, log-uniform in `LENGTHS` steps: their median is that."""
    return [round(1000 * 2 ** ((i - 7.5) / 8)) * median // 1000 for i in range(LENGTHS)]


@dataclass(frozen=True)
class Renewals:
    """When things of these owners are renewed; a row per owner. Borders depend on no window's end.

    No thing lasts as long as the one before: borders are evenly spaced, each moved by up to a quarter of the length.

    Attributes
    ----------
    draws : Draws
        The stream is ``<name>_begins``.
    name : str
    start : int
        Start of the window, microseconds since 1970.
    length, phase : ndarray of int64
        Microseconds between borders, and how far before the start the first one lies.
    key : ndarray of uint64
        Hashes of the owners.
    """

    draws: Draws
    name: str
    start: int
    length: np.ndarray
    phase: np.ndarray
    key: np.ndarray

    @classmethod
    def of(cls, draws: Draws, name: str, start: int, lengths: np.ndarray, key: np.ndarray) -> Renewals:
        """Those of owners who each keep a thing for one of `LENGTHS` lengths, all as likely."""
        length = lengths[draws.unit(f"{name}_length", key) >> (UNIT_BITS - _LENGTH_BITS)]
        # One length earlier: the border before the start, too, may be moved behind it.
        phase = _within(draws, f"{name}_phase", length, key) + length
        return cls(draws, name, start, length, phase, key)

    def __len__(self) -> int:
        return len(self.key)

    def take(self, rows: np.ndarray) -> Renewals:
        """Those of these owners, in this order."""
        return replace(self, length=self.length[rows], phase=self.phase[rows], key=self.key[rows])

    def begins(self, number: np.ndarray) -> np.ndarray:
        """When the thing of that number, from 0, begins; it ends where the next one begins."""
        moved = _within(self.draws, f"{self.name}_begins", self.length >> 1, hashed(number, self.key))
        return self.start - self.phase + number * self.length + moved - (self.length >> 2)

    def near(self, micros: np.ndarray | int) -> np.ndarray:
        """Number of the thing at that time if all were equally long: at most one off."""
        return np.maximum((micros - self.start + self.phase) // self.length, 0)

    def at(self, micros: np.ndarray | int) -> np.ndarray:
        """Number of the thing at that time; the first one is also that of times before it began."""
        number = self.near(micros)
        later = micros >= self.begins(number + 1)
        earlier = micros < self.begins(number)
        return np.maximum(number + later - earlier, 0)

    def at_all(self, owner: np.ndarray, micros: np.ndarray) -> np.ndarray:
        """`at`, for many rows about few owners: those at these places."""
        number = (micros - self.start + self.phase[owner]) // self.length[owner]
        number = np.maximum(number, 0)
        most = int(number.max(initial=0)) + 2
        place, which = np.repeat(np.arange(len(self)), most), np.tile(np.arange(most), len(self))
        begins = self.take(place).begins(which)
        cell = owner * most + number
        return np.maximum(number + (micros >= begins[cell + 1]) - (micros < begins[cell]), 0)


def _within(draws: Draws, stream: str, length: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Whole milliseconds, in microseconds, below a length: a draw has no room for microseconds of centuries."""
    return draws.below(stream, np.maximum(length // 1000, 1), keys) * 1000
