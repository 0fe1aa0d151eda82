"""The sections that judge a dataset: checks, and wanted against found."""

from __future__ import annotations

from idgraph_widgets.quality.labels import GROUPS
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.quality.statistics import StatisticResult
from idgraph_widgets.report import measures
from idgraph_widgets.report.blocks import Facts, TableBlock, table_of
from idgraph_widgets.report.figures import fidelity
from idgraph_widgets.report.subject import Block, Subject


def checks(subject: Subject) -> list[Block]:
    """What the checks found."""
    report = subject.checks
    if report is None:
        note = "The checks were not run for this report. `idgraph check` runs them."
        return [Facts("verdict", "Not checked", (), note)]
    facts = (
        ("checks", f"{len(report.results):,}"),
        ("failed", f"{len(report.failed):,}"),
        ("violating rows", f"{sum(r.violations for r in report.results):,}"),
        ("not evaluated", f"{len(report.skipped):,}"),
        ("statistics", f"{len(report.statistics):,}"),
        ("off target", f"{len(report.off_target):,}"),
        ("not judged", f"{len(report.not_judged):,}"),
    )
    sign, state = ("✓", "good") if report.passed else ("✗", "bad")
    blocks: list[Block] = [
        Facts("verdict", f"{sign} {report.verdict}", facts, " ".join(filter(None, [*report.notes, report.read])), state)
    ]
    rows = measures.check_rows(report)
    broken = [row for row in rows if not row["passed"]]
    if broken:
        blocks.append(_check_table("failed-checks", "Failed checks", broken, folded=False))
    if report.skipped:
        rows_skipped = tuple((name, report.lacking.get(name, "")) for name in report.skipped)
        skipped = TableBlock(
            "skipped", "Not evaluated", ("check", "is not there"), rows_skipped, (), "", len(report.skipped) > 10
        )
        blocks.append(skipped)
    groups = measures.check_groups(report)
    groups["result"] = ["✓ holds" if not f else f"✗ {f} failed" for f in groups.failed]
    columns = (
        ("group", "group", ""),
        ("subject", "about", ""),
        ("checks", "checks", ",d"),
        ("violations", "violating rows", ",d"),
        ("result", "result", ""),
    )
    blocks.append(table_of("check-groups", "By group", groups, columns))
    blocks.append(_check_table("all-checks", f"All {len(rows)} checks", rows, folded=True))
    return blocks + _statistics(report)


_RESULT = {False: "✗ off target", None: "– not judged", True: "✓ on target"}
"""Results of a statistic in words, the worst first."""


def _statistics(report: CheckReport) -> list[Block]:
    """Targets and what was found, those off target first; correlations wanted and found."""
    blocks: list[Block] = []
    if report.statistics:
        rows = tuple(
            (
                _RESULT[result.passed],
                result.id,
                result.sentence if result.reason is None else f"{result.sentence} Because {result.reason}.",
                _short_value(result.target),
                _short_value(result.actual),
                "" if result.passed is None else f"{result.distance:.4f}",
                "" if result.passed is None else f"{result.tolerance:.4f}",
                result.source,
            )
            for result in sorted(report.statistics, key=lambda r: (list(_RESULT).index(r.passed), r.id))
        )
        names = ("result", "statistic", "sentence", "target", "found", "distance", "tolerance", "target from")
        blocks.append(
            TableBlock("statistics", f"{len(rows)} statistics", names, rows, (3, 4, 5, 6), folded=not report.off_target)
        )
    if report.correlations:
        pairs = tuple(
            (line.id, line.sentence, f"{line.wanted:.3f}", f"{line.found:.3f}") for line in report.correlations
        )
        names = ("correlation", "sentence", "wanted", "found")
        blocks.append(TableBlock("correlations", "Correlations", names, pairs, (2, 3), folded=True))
    return blocks


def _short_value(value) -> str:
    if value is None:
        return ""
    return f"{len(value)} shares" if isinstance(value, dict) else f"{value:.4g}"


def _check_table(key: str, title: str, rows, folded: bool) -> TableBlock:
    lines = tuple(
        (
            "✓ holds" if row["passed"] else "✗ failed",
            row["id"],
            row["sentence"],
            f"{row['violations']:,}",
            "; ".join(", ".join(f"{k} {v}" for k, v in found.items()) for found in row["keys"][:3]),
        )
        for row in rows
    )
    return TableBlock(
        key, title, ("result", "check", "promise", "violating rows", "for example"), lines, (3,), "", folded
    )


def fidelity_section(subject: Subject) -> list[Block]:
    """Every figure that was configured or published beside what was found, with the judge's verdict."""
    found = subject.statistics
    verdicts = [fidelity.verdict(result) for result in found]
    facts = tuple(
        (name, f"{verdicts.count(name):,}") for name in ("on target", "off target", "not judged") if name in verdicts
    )
    off = [result.title for result in found if result.passed is False]
    note = (
        "Bars were found, diamonds wanted. Allowed is what chance alone hardly ever exceeds in so many rows, and a"
        " slack whose reason stands beside it. Not judged is what the tables cannot show as it was configured, or what"
        " there is too little of."
    )
    title = f"✗ Off target: {', '.join(off)}" if off else "✓ Everything that can be judged is on target"
    blocks: list[Block] = [Facts("fit", title, facts, note, "bad" if off else "good")]
    for group in GROUPS:
        blocks += fidelity.figure_cards([result for result in found if result.group == group])
    blocks.append(_numbers_table([result for result in found if not fidelity.has_figure(result)]))
    return blocks


def _numbers_table(found: list[StatisticResult]) -> TableBlock:
    """Rates, means and medians, and shares of which there are none; by group."""
    rows = tuple(
        (
            result.title,
            fidelity.number(result, result.target),
            fidelity.number(result, result.actual),
            fidelity.allowed(result),
            f"{result.rows:,} {result.unit}" if result.rows else "",
            f"{fidelity.mark(result)} {fidelity.verdict(result)}" + (f": {result.reason}" if result.reason else ""),
        )
        for result in sorted(found, key=lambda result: GROUPS.index(result.group))
    )
    columns = ("rate or mean", "wanted", "found", "allowed", "of", "result")
    return TableBlock("rates", "Rates and means", columns, rows, (1, 2, 3, 4))
