"""The sections that judge a dataset: checks, and configured against generated."""

from __future__ import annotations

from idgraph_widgets.quality.report import Report
from idgraph_widgets.report import measures
from idgraph_widgets.report.blocks import Facts, TableBlock, cell, table_of
from idgraph_widgets.report.figures import fidelity
from idgraph_widgets.report.measures.fidelity import GROUPS
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
    blocks: list[Block] = [Facts("verdict", f"{sign} {report.verdict}", facts, "", state)]
    rows = measures.check_rows(report)
    broken = [row for row in rows if not row["passed"]]
    if broken:
        blocks.append(_check_table("failed-checks", "Failed checks", broken, folded=False))
    if report.skipped:
        note = "A table or column they need is missing."
        skipped = TableBlock(
            "skipped",
            "Not evaluated",
            ("check",),
            tuple((n,) for n in report.skipped),
            (),
            note,
            len(report.skipped) > 10,
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
"""What is told of a statistic, the worst first."""


def _statistics(report: Report) -> list[Block]:
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
    """Every configured distribution and rate beside what was generated."""
    found = measures.comparisons(subject.dataset)
    rates = measures.rates(subject.dataset)
    verdicts = [item.verdict for item in (*found, *rates)]
    facts = tuple(
        (verdict, f"{verdicts.count(verdict):,}")
        for verdict in ("as configured", "off", "not comparable", "nothing generated")
        if verdict in verdicts
    )
    off = [item.title for item in (*found, *rates) if item.verdict == "off"]
    note = (
        "Bars were generated, diamonds configured. A distribution is as configured when chance explains the "
        "distance; it is not comparable where the tables cannot show it as it was configured."
    )
    title = f"✗ Off: {', '.join(off)}" if off else "✓ Everything that can be compared is as configured"
    blocks: list[Block] = [Facts("fit", title, facts, note, "bad" if off else "good")]
    for group in GROUPS:
        blocks += fidelity.comparison_cards([c for c in found if c.group == group])
    blocks.append(_rates_table(rates))
    return blocks


def _rates_table(rates) -> TableBlock:
    rows = tuple(
        (
            rate.title,
            f"{rate.configured:.2%}",
            cell(rate.generated, ".2%"),
            f"{rate.interval[0]:.2%} to {rate.interval[1]:.2%}" if rate.trials else "",
            f"{rate.trials:,} {rate.of}",
            f"{fidelity.mark(rate.verdict)} {rate.verdict}",
        )
        for rate in rates
    )
    notes = list(dict.fromkeys(rate.note for rate in rates if rate.note))
    return TableBlock(
        "rates",
        "Rates",
        ("rate", "configured", "generated", "95 % interval", "of", "result"),
        rows,
        (1, 2, 3, 4),
        "Not comparable: " + " ".join(notes) if notes else "",
    )
