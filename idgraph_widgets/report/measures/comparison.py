"""What configured against generated looks like as data, and how far apart chance alone would put them."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

Z95 = 1.959964


@dataclass(frozen=True)
class Comparison:
    """One configured distribution beside what was generated.

    Parameters
    ----------
    id, group, title : str
    unit : str
        What is counted, for example ``households``.
    categories : tuple of str
    configured : tuple of float
        Shares; they sum to 1.
    counts : tuple of int
        Generated, per category.
    note : str
        Why the two need not agree, where they need not; empty where they should.
    ordered : bool
        Whether the categories have an order of their own (sizes, hours).
    per_unit : float
        How many of the unit share one draw. Events of one session share their hour, so chance moves their
        shares more than independent draws would.
    moved, moved_by : float, str
        Share of the units that something configured elsewhere may move, and what that is.
    """

    id: str
    group: str
    title: str
    unit: str
    categories: tuple[str, ...]
    configured: tuple[float, ...]
    counts: tuple[int, ...]
    note: str = ""
    ordered: bool = False
    per_unit: float = 1.0
    moved: float = 0.0
    moved_by: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def generated(self) -> tuple[float, ...]:
        """Generated shares; zeros where nothing was counted."""
        return tuple(count / self.total if self.total else 0.0 for count in self.counts)

    @property
    def distance(self) -> float:
        """Total variation: the share that would have to move to another category."""
        return sum(abs(c - g) for c, g in zip(self.configured, self.generated)) / 2

    @property
    def by_chance(self) -> float:
        """A distance that chance alone exceeds in about one of a hundred datasets of this size.

        Mean and deviation of the distance of a multinomial sample, categories taken as independent.
        """
        if not self.total:
            return 1.0
        spread = [share * (1 - share) * self.per_unit / self.total for share in self.configured]
        mean = sum(math.sqrt(2 * s / math.pi) for s in spread) / 2
        deviation = math.sqrt(sum(s * (1 - 2 / math.pi) for s in spread)) / 2
        return mean + 3 * deviation

    @property
    def verdict(self) -> str:
        """``as configured``, ``off``, ``not comparable`` or ``nothing generated``."""
        if not self.total:
            return "nothing generated"
        if self.note:
            return "not comparable"
        return "as configured" if self.distance <= self.by_chance + self.moved else "off"

    @property
    def sentence(self) -> str:
        """The verdict in words, with the figures behind it."""
        if not self.total:
            return f"No {self.unit} were generated."
        apart = f"{self.distance:.2%} of {self.total:,} {self.unit} would have to change category"
        if self.note:
            return f"{apart}. {self.note}"
        causes = f"chance and {self.moved_by} explain" if self.moved else "chance explains"
        return f"{apart}; {causes} up to {self.by_chance + self.moved:.2%}: {self.verdict}."

    def to_dict(self) -> dict[str, Any]:
        found = asdict(self)
        found.update(
            generated=list(self.generated),
            distance=self.distance,
            by_chance=self.by_chance,
            verdict=self.verdict,
            sentence=self.sentence,
        )
        return found


@dataclass(frozen=True)
class Rate:
    """One configured rate beside the share that was generated.

    Parameters
    ----------
    id, group, title : str
    of : str
        What it is a share of.
    configured : float
    hits, trials : int
        The generated share is hits / trials.
    note : str
        Why the two need not agree, where they need not.
    """

    id: str
    group: str
    title: str
    of: str
    configured: float
    hits: int
    trials: int
    note: str = ""

    @property
    def generated(self) -> float | None:
        return self.hits / self.trials if self.trials else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the generated share (Wilson)."""
        return wilson(self.hits, self.trials)

    @property
    def verdict(self) -> str:
        """``as configured``, ``off``, ``not comparable`` or ``nothing generated``; judged at 99.9 %."""
        if not self.trials:
            return "nothing generated"
        if self.note:
            return "not comparable"
        low, high = wilson(self.hits, self.trials, 3.2905)
        return "as configured" if low <= self.configured <= high else "off"

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "generated": self.generated, "interval": list(self.interval), "verdict": self.verdict}


def wilson(hits: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share; (0, 1) without trials."""
    if not trials:
        return 0.0, 1.0
    share, squared = hits / trials, z * z / trials
    middle = (share + squared / 2) / (1 + squared)
    half = z * math.sqrt(share * (1 - share) / trials + squared / (4 * trials)) / (1 + squared)
    # At the ends the bound is exact, which rounding would miss.
    return max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < trials else 1.0


def compared(frame, by: str, count: str, shares: dict, **about) -> Comparison:
    """A comparison of `frame`'s sums of `count` by `by` with configured shares.

    A value that was generated but not configured is a category with the share 0.
    """
    counts = frame.dropna(subset=[by]).groupby(by)[count].sum()
    names = [*shares, *[value for value in counts.index if value not in shares]]
    total = sum(shares.values()) or 1.0
    return Comparison(
        categories=tuple(str(name) for name in names),
        configured=tuple(float(shares.get(name, 0.0)) / total for name in names),
        counts=tuple(int(counts.get(name, 0)) for name in names),
        **about,
    )


def even_bins(values, low: int, high: int, bins: int) -> tuple[tuple[str, ...], tuple[float, ...], tuple[int, ...]]:
    """Bins of the whole numbers low..high, drawn evenly: labels, configured shares, counts."""
    edges = np.unique(np.linspace(low, high + 1, bins + 1).round().astype(int))
    counts, _ = np.histogram(np.asarray(values, dtype=float), bins=edges)
    labels = tuple(f"{a}" if b - a == 1 else f"{a}–{b - 1}" for a, b in itertools.pairwise(edges))
    shares = tuple(float(b - a) / (high + 1 - low) for a, b in itertools.pairwise(edges))
    return labels, shares, tuple(int(count) for count in counts)
