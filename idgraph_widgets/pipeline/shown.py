"""A run's result as static HTML, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.static_html import section, sentence, table

if TYPE_CHECKING:
    from idgraph_widgets.pipeline.result import RunResult


def run_html(result: RunResult) -> str:
    """Where the run wrote, how long it took, and rows and size of each table."""
    manifest = result.manifest
    rows = [(name, f"{one.rows:,}", f"{one.bytes / 1e6:,.1f}") for name, one in manifest.tables.items()]
    total = sum(one.rows for one in manifest.tables.values())
    done = "Nothing to add: the dataset is as it was" if result.unchanged else f"Written in {result.seconds:.1f} s"
    return section(
        "Run",
        sentence(f"{done}. {total:,} rows in {len(rows)} tables at {result.place}."),
        table(("table", "rows", "MB"), rows, right=(1, 2)),
        sentence(f"Run {manifest.run_id}, seed {manifest.seed}, finished {manifest.finished_at[:19]} UTC."),
    )
