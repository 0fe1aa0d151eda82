"""Statistical checks: what was asked for or published, against what is found, with a distance and a tolerance.

Targets come from the dataset's own configuration and from the published facts, never from the generators. A
check looks at counts (`Tally`) that add up over slices of households, so memory stays flat. There is one tolerance:
what chance alone hardly ever exceeds in so many rows, and a slack that does not shrink with them, whose reason the
result names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from idgraph_widgets.quality.checks import Partial
from idgraph_widgets.quality.labels import label_of

GROUP = "statistics"

CERTAIN = 4.0
"""Standard errors that chance alone does not exceed (1 in 16,000 for one check)."""

ALMOST_CERTAIN = 2.0
"""In units of 1 / sqrt(n), what a total variation exceeds its expectation by in at most 1 of 3,000 samples of n
(McDiarmid: exp(-2 x²))."""

SLACK = 0.01
"""Share of the rows that may be in another category than configured, beyond chance, where a check says nothing else."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Tally(Partial):
    """Counts of every slice; rows with equal other columns are added up.

    Parameters
    ----------
    sums : tuple of str
        Columns that add up; all others say what is counted.
    """

    sums: tuple[str, ...] = ("n",)
    group: str = GROUP


@dataclass(frozen=True)
class Statistic:
    """One statistical check.

    Parameters
    ----------
    id, sentence : str
    tally : str
        Name of the tally it looks at.
    judge : callable
        Given the tally's rows, a `Judgement`; `NotJudged` where there is nothing to compare, or too little.
    source : str
        Where the target comes from.
    """

    id: str
    sentence: str
    tally: str
    judge: Callable[[Rows], Judgement | NotJudged]
    source: str = "configuration"


@dataclass(frozen=True)
class Judgement:
    """Target, actual, distance, tolerance and what chance reaches; see `StatisticResult`."""

    target: Any
    actual: Any
    distance: float
    tolerance: float
    rows: int
    measure: str
    chance: float | None = None


@dataclass(frozen=True)
class NotJudged:
    """Why a statistic cannot be judged, as what follows "not judged, because"; what was found, where that is known."""

    reason: str
    target: Any = None
    actual: Any = None
    rows: int = 0


@dataclass(frozen=True)
class StatisticResult:
    """What one statistical check found, or why it could not be judged.

    Parameters
    ----------
    id, sentence, source : str
    target, actual : float or dict of str to float
        A number, or the share of each category.
    distance : float
        Total variation between the shares, or the relative or absolute difference of the numbers.
    tolerance : float
        The check passes where the distance does not exceed it.
    rows : int
        Rows compared.
    measure : {"total variation", "relative", "absolute", "at least", "at most", "none"}
    chance : float or None
        The distance that chance alone hardly ever exceeds with so many rows (less than 1 in 3,000 datasets); None
        where that is not known.
    reason : str or None
        Why it was not judged; None where it was.
    title : str
        A short name.
    unit : str
        What the rows are: the actual shares are shares of so many.
    group : str
        One of `idgraph_widgets.quality.labels.GROUPS`.
    value : str
        Unit of target and actual where they are numbers; "share" for a part of the rows.
    ordered : bool
        Whether the categories have an order of their own.
    because : str
        Why more than chance is allowed.
    """

    id: str
    sentence: str
    source: str
    target: Any = None
    actual: Any = None
    distance: float = 0.0
    tolerance: float = 0.0
    rows: int = 0
    measure: str = "none"
    chance: float | None = None
    reason: str | None = None
    title: str = ""
    unit: str = "rows"
    group: str = ""
    value: str = "share"
    ordered: bool = False
    because: str = ""

    @property
    def slack(self) -> float:
        """What is allowed beyond chance."""
        return max(0.0, self.tolerance - (self.chance or 0.0))

    @property
    def passed(self) -> bool | None:
        """Whether it is on target; None where it was not judged."""
        return None if self.reason is not None else self.distance <= self.tolerance

    @property
    def explained(self) -> str:
        """One line for people: what was wanted and found, how far apart, and whether that can be chance."""
        if self.reason is not None:
            return f"{self.sentence} Not judged, because {self.reason}."
        if isinstance(self.target, Mapping):
            apart = {name: self.actual.get(name, 0.0) - self.target.get(name, 0.0) for name in self.actual}
            most = max(apart, key=lambda name: abs(apart[name]))
            found = (
                f"most of it at {most!r}, wanted {self.target.get(most, 0.0):.2%}, found {self.actual[most]:.2%}; "
                f"{self.distance:.2%} of the rows would have to move, allowed {self.tolerance:.2%}"
            )
        else:
            found = f"wanted {self.target:.4g}, found {self.actual:.4g}; "
            if self.measure == "at least":
                found += f"{self.distance:.4g} too little"
            elif self.measure == "at most":
                found += f"{self.distance:.4g} too much, allowed {self.tolerance:.4g}"
            elif self.measure == "relative":
                found += f"{self.distance:.2%} off, allowed {self.tolerance:.2%}"
            else:
                found += f"{self.distance:.4g} off, allowed {self.tolerance:.4g}"
        return f"{self.sentence} {found[0].upper()}{found[1:]}. {self._by_chance}"

    @property
    def _by_chance(self) -> str:
        rows = f"with {self.rows:,} {self.unit}"
        more = f", and {self._in_words(self.slack)} more is allowed, because {self.because}" if self.because else ""
        if self.chance is None:
            return f"How far chance reaches here is not known{more}."
        so = "can be chance" if self.distance <= self.chance else "is hardly chance"
        return f"That {so}, which reaches {self._in_words(self.chance)} {rows}{more}."

    def _in_words(self, distance: float) -> str:
        return f"{distance:.2%}" if self.measure in ("relative", "total variation") else f"{distance:.4g}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold, six decimals."""
        return {
            "id": self.id,
            "passed": self.passed,
            "sentence": self.sentence,
            "source": self.source,
            "target": _rounded(self.target),
            "actual": _rounded(self.actual),
            "distance": _rounded(self.distance),
            "tolerance": _rounded(self.tolerance),
            "rows": self.rows,
            "measure": self.measure,
            "chance": _rounded(self.chance),
            "reason": self.reason,
            "title": self.title,
            "unit": self.unit,
            "group": self.group,
            "value": self.value,
            "ordered": self.ordered,
            "because": self.because,
        }


@dataclass(frozen=True)
class Correlation:
    """One line of the table of correlations: a ratio or difference, wanted and found.

    Parameters
    ----------
    id, sentence, source : str
    wanted : float
        What the source gives; its sign (or its side of `neutral`) must be kept.
    found : float
    neutral : float
        Value that says the two have nothing to do with each other: 1 for ratios, 0 for differences.
    rows : int
    """

    id: str
    sentence: str
    source: str
    wanted: float
    found: float
    neutral: float
    rows: int

    @property
    def keeps_sign(self) -> bool:
        return (self.found - self.neutral) * (self.wanted - self.neutral) > 0

    def to_dict(self) -> dict[str, Any]:
        values = {"wanted": self.wanted, "found": self.found, "neutral": self.neutral}
        return {
            "id": self.id,
            "sentence": self.sentence,
            "source": self.source,
            **{name: _rounded(value) for name, value in values.items()},
            "rows": self.rows,
            "keeps_sign": self.keeps_sign,
        }


@dataclass
class Book:
    """The tallies of a run, added up over its slices."""

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: dict[str, dict[tuple, list[Any]]] = field(default_factory=dict)
    _made: dict[str, Rows] = field(default_factory=dict)

    def add(self, tally: Tally, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add the rows of a slice.

        Parameters
        ----------
        tally : Tally
        names : sequence of str
            What the values of a row are called.
        rows : iterable of sequence
        """
        book = self.counts.setdefault(tally.name, {})
        self._made.pop(tally.name, None)
        sums = [place for place, name in enumerate(names) if name in tally.sums]
        keys = [place for place, name in enumerate(names) if name not in tally.sums]
        self.names[tally.name] = (*(names[place] for place in keys), *(names[place] for place in sums))
        for row in rows:
            key = tuple([row[place] for place in keys])
            found = [row[place] or 0 for place in sums]
            before = book.get(key)
            book[key] = found if before is None else [old + new for old, new in zip(before, found, strict=True)]

    def rows(self, name: str) -> Rows:
        """One row for each key, with its sums over all slices."""
        if name not in self._made:
            names, counts = self.names.get(name, ()), self.counts.get(name, {})
            self._made[name] = [dict(zip(names, (*key, *sums), strict=True)) for key, sums in counts.items()]
        return self._made[name]


def judged(checks: Iterable[Statistic], book: Book) -> list[StatisticResult]:
    """The results of the checks, those that could not be judged among them."""
    return [_result(check, check.judge(book.rows(check.tally))) for check in checks]


def _result(check: Statistic, found: Judgement | NotJudged | None) -> StatisticResult:
    found = found or NotJudged("there is too little to compare")
    label = label_of(check.id)
    result = StatisticResult(check.id, check.sentence, check.source, **vars(found))
    shown = {name: getattr(label, name) for name in ("title", "unit", "group", "value", "ordered", "because")}
    return replace(result, target=label.named(result.target), actual=label.named(result.actual), **shown)


def unjudged(found: Judgement | NotJudged, reason: str) -> NotJudged:
    """What was found, without a verdict."""
    return found if isinstance(found, NotJudged) else NotJudged(reason, found.target, found.actual, found.rows)


def chance_distance(shares: Mapping[Any, float], n: float) -> float:
    """Expected total variation between shares and the frequencies of n independent draws from them."""
    return sum(math.sqrt(2 * p * (1 - p) / (math.pi * n)) for p in shares.values() if 0 < p < 1) / 2


def chance_reach(shares: Mapping[Any, float], n: float) -> float:
    """The total variation that frequencies of n independent draws exceed in at most 1 of 3,000 samples."""
    return chance_distance(shares, n) + ALMOST_CERTAIN / math.sqrt(n)


def compare_shares(
    counts: Mapping[Any, float], target: Mapping[Any, float], slack: float = SLACK, effective: float | None = None
) -> Judgement | NotJudged:
    """Total variation between counted and wanted shares.

    Parameters
    ----------
    counts : mapping of category to count
    target : mapping of category to share
        Normalised to sum to 1.
    slack : float
        What is allowed beyond chance, however many rows there are; `labels` say why.
    effective : float, optional
        Independent observations behind the counts, where that is not their sum.
    """
    total, wanted = sum(counts.values()), sum(target.values())
    if not total:
        return NotJudged("there is nothing to count")
    if not wanted:
        return NotJudged("the configuration leaves nothing to expect")
    shares = {name: value / wanted for name, value in target.items() if value > 0}
    found = {name: value / total for name, value in counts.items() if value}
    distance = sum(abs(shares.get(n, 0.0) - found.get(n, 0.0)) for n in {*shares, *found}) / 2
    n = effective or total
    actual = {name: found.get(name, 0.0) for name in {**shares, **found}}
    chance = chance_reach(shares, n)
    if chance + slack >= 1:
        return NotJudged("with so few rows chance alone reaches anything", named(shares), named(actual), int(total))
    return Judgement(named(shares), named(actual), distance, chance + slack, int(total), "total variation", chance)


def compare_rate(
    hits: float, total: float, target: float, within: float = 0.10, spread: float = 1.0
) -> Judgement | NotJudged:
    """A rate against its target: the relative difference, within 10 % beyond chance.

    Parameters
    ----------
    hits, total : float
        Events and what they are counted over.
    spread : float
        Variance of the number of events relative to a Poisson distribution's; above 1 where they cluster.
    """
    if not total:
        return NotJudged("there is nothing to count")
    if target <= 0:
        if not hits:
            return NotJudged("none is expected, and none is there")
        return Judgement(0.0, hits / total, hits / total, 0.0, int(total), "absolute", 0.0)
    if target * total < 1:
        return NotJudged(f"fewer than one is expected in {total:,.0f}")
    # A share has the variance of a binomial distribution, a mean count that of a Poisson distribution.
    variance = spread * (1 - target if target <= 1 else 1.0) / (target * total)
    # Small counts are skewed: chance reaches further up than the normal distribution (Cornish and Fisher's term).
    chance = CERTAIN * math.sqrt(variance) + (CERTAIN**2 - 1) / 6 * variance
    off = abs(hits / total / target - 1)
    return Judgement(target, hits / total, off, within + chance, int(total), "relative", chance)


def compare_least(value: float, least: float, rows: int) -> Judgement:
    """A number that must reach a limit: the distance is what it lacks."""
    return Judgement(least, value, max(0.0, least - value), 0.0, rows, "at least")


def compare_most(value: float, most: float, slack: float, chance: float, rows: int) -> Judgement:
    """A number that must not exceed a limit: the distance is what it has too much."""
    return Judgement(most, value, max(0.0, value - most), slack + chance, rows, "at most", chance)


def added(rows: Rows, label: Callable[[dict], Any], value: str = "n") -> dict[Any, float]:
    """Sum of a column by label; rows whose label is None are left out."""
    found: dict[Any, float] = {}
    for row in rows:
        name = label(row)
        if name is not None:
            found[name] = found.get(name, 0) + row[value]
    return found


def median_of(bins: Mapping[int, float], width: float) -> float:
    """Median of counts in bins of equal width, interpolated inside its bin."""
    half, running = sum(bins.values()) / 2, 0.0
    for start in sorted(bins):
        if running + bins[start] >= half:
            return (start + (half - running) / bins[start]) * width
        running += bins[start]
    return float("nan")


def named(shares: Mapping[Any, float]) -> dict[str, float]:
    """Shares by text, in their own order."""
    return {" ".join(map(str, n)) if isinstance(n, tuple) else str(n): share for n, share in shares.items()}


def _rounded(value):
    if isinstance(value, Mapping):
        return {name: _rounded(item) for name, item in value.items()}
    return round(value, 6) if isinstance(value, float) else value
