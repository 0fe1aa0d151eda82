"""The outcome of checks as data and as text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from idgraph_widgets.quality.sample import certain_share
from idgraph_widgets.quality.statistics import Correlation, StatisticResult
from idgraph_widgets.schema.ids import BLOCK
from idgraph_widgets.static_html import folded, section, sentence, table


@dataclass(frozen=True)
class CheckResult:
    """What one check found.

    Parameters
    ----------
    id, group, sentence : str
    violations : int
        Rows that break the promise; 0 is a pass.
    keys : list of dict
        Up to five violating rows, named by the check's key columns.
    seconds : float
        The check's share of the time of its pass over the data.
    """

    id: str
    group: str
    sentence: str
    violations: int
    keys: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return self.violations == 0


@dataclass
class CheckReport:
    """All results of one run of checks.

    Parameters
    ----------
    results : list of CheckResult
    skipped : list of str
        Checks that could not be evaluated, because a table or column they need is missing; `lacking` says which.
    statistics : list of StatisticResult
        Targets and what was found, with distance and tolerance.
    correlations : list of Correlation
        Attributes that go together: wanted and found.
    seconds : float
        Wall-clock time of the whole run.
    lacking : dict of str to str
        Per skipped check what it needs and is not there.
    notes : list of str
        What is not as it was published, apart from the rows; a sentence each.
    blocks : list of int or None
        Blocks of households that were read row by row; None: all.
    of_blocks : int
        Blocks that there are; 0 where that is not known.
    """

    results: list[CheckResult] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    statistics: list[StatisticResult] = field(default_factory=list)
    correlations: list[Correlation] = field(default_factory=list)
    seconds: float = 0.0
    lacking: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    blocks: list[int] | None = None
    of_blocks: int = 0

    @property
    def passed(self) -> bool:
        """True when every check was evaluated, found nothing, and every statistic is on target."""
        return not self.failed and not self.skipped and not self.off_target

    @property
    def holds(self) -> bool:
        """True when every guarantee was checked and none is broken; statistics may be off their targets."""
        return not self.failed and not self.skipped

    @property
    def failed(self) -> list[CheckResult]:
        """The results with violations."""
        return [result for result in self.results if not result.passed]

    @property
    def off_target(self) -> list[StatisticResult]:
        """The statistical checks whose distance exceeds their tolerance."""
        return [result for result in self.statistics if result.passed is False]

    @property
    def not_judged(self) -> list[StatisticResult]:
        """The statistical checks that had nothing to compare, or too little."""
        return [result for result in self.statistics if result.passed is None]

    @property
    def complaints(self) -> list[str]:
        """A line for each check that failed or could not be evaluated and each statistic that is off target."""
        return [
            *(f"! {note}" for note in self.notes),
            *(f"✗ {result.id}: {result.violations:,} violations. {result.sentence}" for result in self.failed),
            *(f"✗ {sentence}" for sentence in self.not_evaluated),
            *(f"! {result.id}: {result.explained}" for result in self.off_target),
        ]

    @property
    def not_evaluated(self) -> list[str]:
        """A sentence for each thing that is not there, with the checks that need it."""
        needed: dict[str, list[str]] = {}
        for name in self.skipped:
            needed.setdefault(self.lacking.get(name, "a table or column that they need"), []).append(name)
        return [
            f"{len(names)} {'check' if len(names) == 1 else 'checks'} could not be evaluated without {what}:"
            f" {', '.join(names)}."
            for what, names in needed.items()
        ]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values that JSON can hold."""
        return {
            "passed": self.passed,
            "holds": self.holds,
            "checks": len(self.results),
            "failed": [result.id for result in self.failed],
            "skipped": list(self.skipped),
            "lacking": dict(self.lacking),
            "notes": list(self.notes),
            "blocks": None if self.blocks is None else list(self.blocks),
            "of_blocks": self.of_blocks,
            "seconds": round(self.seconds, 3),
            "results": [asdict(result) for result in self.results],
            "off_target": [result.id for result in self.off_target],
            "not_judged": [result.id for result in self.not_judged],
            "statistics": [result.to_dict() for result in self.statistics],
            "correlations": [correlation.to_dict() for correlation in self.correlations],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CheckReport:
        """The report that `to_dict` described; figures have the decimals that were kept there.

        Raises
        ------
        KeyError, TypeError
            `data` is no such description.
        """
        return cls(
            [CheckResult(**result) for result in data["results"]],
            list(data["skipped"]),
            [_statistic(result) for result in data["statistics"]],
            [Correlation(**_without(line, "keeps_sign")) for line in data["correlations"]],
            data["seconds"],
            dict(data["lacking"]),
            list(data["notes"]),
            data["blocks"],
            data["of_blocks"],
        )

    def to_text(self) -> str:
        """A table of id, violations and sentence, with some violating keys below each failed check."""
        width = max([len(result.id) for result in self.results] + [len("check")])
        lines = [f"{'check':<{width}}  {'violations':>10}  sentence"]
        for result in self.results:
            lines.append(f"{result.id:<{width}}  {result.violations:>10}  {result.sentence}")
            lines += [f"{'':<{width}}  {'':>10}    e.g. {_named([key])}" for key in result.keys]
        lines += [
            f"{name:<{width}}  {'skipped':>10}  needs {self.lacking.get(name, 'a table or column that is missing')}"
            for name in self.skipped
        ]
        lines += statistics_text(self.statistics, self.correlations)
        last = [f"! {note}" for note in self.notes] + [f"✗ {sentence}" for sentence in self.not_evaluated]
        last += [f"! {result.id}: {result.explained}" for result in self.off_target]
        read = [self.read] if self.read else []
        return "\n".join([*lines, *([*last, ""] if last else []), *read, self.verdict])

    def _repr_html_(self) -> str:
        """What notebooks show, with a kernel and without: the verdict, what is wrong, and below folds everything."""
        checks = [(result.id, f"{result.violations:,}", result.sentence) for result in self.results]
        broken = [(r.id, f"{r.violations:,}", r.sentence, _named(r.keys)) for r in self.failed]
        head = ("statistic", "target", "found", "distance", "tolerance", "sentence")
        judged = [result for result in self.statistics if result.passed is not None]
        targets, off = (
            [
                (r.id, _number(r.target), _number(r.actual), f"{r.distance:.4f}", f"{r.tolerance:.4f}", r.sentence)
                for r in results
            ]
            for results in (judged, self.off_target)
        )
        unjudged = [(r.id, r.reason, r.sentence) for r in self.not_judged]
        broken_head = ("check", "violations", "sentence", "for example")
        return section(
            "Checks",
            sentence(self.verdict),
            sentence(self.read) if self.read else "",
            *map(sentence, self.notes),
            section("Failed", table(broken_head, broken, right=(1,))) if broken else "",
            section("Not evaluated", *map(sentence, self.not_evaluated)) if self.skipped else "",
            section("Off target", table(head, off, right=(1, 2, 3, 4))) if off else "",
            folded(f"All {len(checks)} checks", table(broken_head[:3], checks, right=(1,))) if checks else "",
            folded(f"All {len(targets)} statistics", table(head, targets, right=(1, 2, 3, 4))) if targets else "",
            folded(f"{len(unjudged)} not judged", table(("statistic", "because", "sentence"), unjudged))
            if unjudged
            else "",
        )

    @property
    def read(self) -> str:
        """What was read where that was not everything, and what it proves; otherwise empty."""
        if self.blocks is None:
            return ""
        share = certain_share(len(self.blocks), self.of_blocks)
        meet = "one meets" if len(self.blocks) == 1 else f"{len(self.blocks)} meet"
        return (
            f"Read row by row: {len(self.blocks)} of {self.of_blocks} blocks of {BLOCK:,} households, which the verdict"
            f" names. Chosen by chance, {meet} what is wrong in {share:.0%} of the blocks 19 times out of 20. Read"
            " whole: counts, sums and what blocks must not share; that scrambled keys are unique was seen inside each"
            " block."
        )

    @property
    def _short(self) -> str:
        if self.blocks is None:
            return ""
        named = ", ".join(map(str, self.blocks))
        return f"; {len(self.blocks)} of {self.of_blocks} blocks read row by row: {named}"

    @property
    def verdict(self) -> str:
        """One line: how many checks, and whether they hold."""
        on_target = len(self.statistics) - len(self.off_target) - len(self.not_judged)
        if self.passed:
            found = [f"all {len(self.results)} checks hold"] if self.results else []
            found += [_counted(on_target, "statistic is", "statistics are") + " on target"] if on_target else []
            found += [_counted(len(self.not_judged), "was", "were") + " not judged"] if self.not_judged else []
            counted = ", ".join(found) or "nothing was checked"
            return f"{counted[0].upper()}{counted[1:]} ({self.seconds:.1f} s{self._short})."
        parts = [f"{len(self.failed)} of {len(self.results)} checks failed"] if self.failed else []
        parts += [f"{len(self.skipped)} could not be evaluated"] if self.skipped else []
        if self.off_target:
            be = "is" if len(self.off_target) == 1 else "are"
            parts += [f"{len(self.off_target)} of {len(self.statistics)} statistics {be} off target"]
        if self.holds:
            parts = [f"All {len(self.results)} checks hold", *parts] if self.results else parts
        return f"{', '.join(parts)} ({self.seconds:.1f} s{self._short})."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _named(keys: list[dict[str, Any]]) -> str:
    return "; ".join(", ".join(f"{name}={value}" for name, value in key.items()) for key in keys)


def statistics_text(statistics: list[StatisticResult], correlations: list[Correlation]) -> list[str]:
    """Two tables as lines of text: statistical checks, and correlations wanted and found."""
    lines = []
    if statistics:
        width = max(len(result.id) for result in statistics)
        lines += ["", f"{'statistic':<{width}}  {'target':>9}  {'actual':>9}  distance  tolerance  sentence"]
        for result in statistics:
            if result.reason is not None:
                lines.append(f"{result.id:<{width}}  not judged, because {result.reason}")
                continue
            target, actual = _number(result.target), _number(result.actual)
            mark = " " if result.passed else "!"
            lines.append(
                f"{result.id:<{width}}  {target:>9}  {actual:>9}  {result.distance:>8.4f}"
                f" {mark}{result.tolerance:>9.4f}  {result.sentence}"
            )
    if correlations:
        width = max(len(line.id) for line in correlations)
        lines += ["", f"{'correlation':<{width}}  {'wanted':>7}  {'found':>7}  sentence"]
        lines += [
            f"{line.id:<{width}}  {line.wanted:>7.3f}  {line.found:>7.3f}  {line.sentence}" for line in correlations
        ]
    return [*lines, ""] if lines else []


def _statistic(data: Mapping[str, Any]) -> StatisticResult:
    """A statistic with the verdict it had, also where rounding put it on the other side of the tolerance."""
    found = StatisticResult(**_without(data, "passed"))
    if found.passed is None or found.passed == data["passed"]:
        return found
    distance = found.tolerance if data["passed"] else math.nextafter(found.tolerance, math.inf)
    return replace(found, distance=distance)


def _without(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


def _number(value) -> str:
    return f"{len(value)} shares" if isinstance(value, dict) else f"{value:.4g}"
