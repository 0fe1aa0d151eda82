"""The report in words, for a terminal."""

from __future__ import annotations

from idgraph_widgets.notation import in_bytes
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.report import measures
from idgraph_widgets.report.figures import fidelity
from idgraph_widgets.report.subject import Subject
from idgraph_widgets.text_table import columns


def report_text(dataset, checks: CheckReport | None = None) -> str:
    """Volume, checks, and wanted against found, as lines of text."""
    volume = measures.table_volume(dataset)
    rows = [("table", "rows", "size")]
    rows += [(row.table, f"{row.rows:,}", in_bytes(int(row.bytes))) for row in volume.itertuples()]
    parts = [columns(rows)]
    if checks is not None:
        parts.append("\n".join([*checks.complaints, checks.verdict]))
    judged = Subject(dataset, checks).statistics
    found = [("shares, wanted against found", "distance", "allowed", "of", "result")]
    found += [
        (r.title, f"{r.distance:.2%}", f"{r.tolerance:.2%}", f"{r.rows:,} {r.unit}", fidelity.verdict(r))
        for r in judged
        if fidelity.has_figure(r)
    ]
    parts.append(columns(found))
    rates = [("rate or mean", "wanted", "found", "of", "result")]
    rates += [
        (
            r.title,
            fidelity.number(r, r.target),
            fidelity.number(r, r.actual),
            f"{r.rows:,} {r.unit}" if r.rows else "",
            fidelity.verdict(r),
        )
        for r in judged
        if not fidelity.has_figure(r)
    ]
    parts.append(columns(rates))
    quality = measures.pair_quality(dataset)
    parts.append(
        f"Asserted links against the truth, over pairs: precision {_percent(quality.precision)}, "
        f"recall {_percent(quality.recall)}, F1 {_percent(quality.f1)}."
    )
    return "\n\n".join(parts)


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.2%}"
