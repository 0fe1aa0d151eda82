"""The outcome of checks as data and as text."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


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
class Report:
    """All results of one run of checks.

    Parameters
    ----------
    results : list of CheckResult
    skipped : list of str
        Checks that could not be evaluated, because a table or column they need is missing;
        a structure check says which.
    seconds : float
        Wall-clock time of the whole run.
    """

    results: list[CheckResult] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """True when every check was evaluated and found nothing."""
        return not self.failed and not self.skipped

    @property
    def failed(self) -> list[CheckResult]:
        """The results with violations."""
        return [result for result in self.results if not result.passed]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values that JSON can hold."""
        return {
            "passed": self.passed,
            "checks": len(self.results),
            "failed": [result.id for result in self.failed],
            "skipped": list(self.skipped),
            "seconds": round(self.seconds, 3),
            "results": [asdict(result) for result in self.results],
        }

    def to_text(self) -> str:
        """A table of id, violations and sentence, with some violating keys below each failed check."""
        width = max([len(result.id) for result in self.results] + [len("check")])
        lines = [f"{'check':<{width}}  {'violations':>10}  sentence"]
        for result in self.results:
            lines.append(f"{result.id:<{width}}  {result.violations:>10}  {result.sentence}")
            for key in result.keys:
                named = ", ".join(f"{name}={value}" for name, value in key.items())
                lines.append(f"{'':<{width}}  {'':>10}    e.g. {named}")
        for name in self.skipped:
            lines.append(f"{name:<{width}}  {'skipped':>10}  a table or column it needs is missing")
        lines.append(self.verdict)
        return "\n".join(lines)

    @property
    def verdict(self) -> str:
        """One line: how many checks, and whether they hold."""
        if self.passed:
            return f"All {len(self.results)} checks hold ({self.seconds:.1f} s)."
        parts = [f"{len(self.failed)} of {len(self.results)} checks failed"] if self.failed else []
        parts += [f"{len(self.skipped)} could not be evaluated"] if self.skipped else []
        return f"{', '.join(parts)} ({self.seconds:.1f} s)."
