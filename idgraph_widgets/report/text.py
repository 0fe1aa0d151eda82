"""The report in words, for a terminal."""

from __future__ import annotations

from idgraph_widgets.quality.report import Report
from idgraph_widgets.report import measures
from idgraph_widgets.terminal import columns, in_bytes


def report_text(dataset, checks: Report | None = None) -> str:
    """Volume, checks and configured against generated, as lines of text."""
    volume = measures.table_volume(dataset)
    rows = [("table", "rows", "size")]
    rows += [(row.table, f"{row.rows:,}", in_bytes(int(row.bytes))) for row in volume.itertuples()]
    parts = [columns(rows)]
    if checks is not None:
        parts.append("\n".join([*checks.complaints, checks.verdict]))
    found = [("configured against generated", "distance", "by chance up to", "of", "result")]
    found += [
        (c.title, f"{c.distance:.2%}", f"{c.by_chance + c.moved:.2%}", f"{c.total:,} {c.unit}", c.verdict)
        for c in measures.comparisons(dataset)
    ]
    parts.append(columns(found))
    rates = [("rate", "configured", "generated", "of", "result")]
    rates += [
        (
            r.title,
            f"{r.configured:.2%}",
            "" if r.generated is None else f"{r.generated:.2%}",
            f"{r.trials:,} {r.of}",
            r.verdict,
        )
        for r in measures.rates(dataset)
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
