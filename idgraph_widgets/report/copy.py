"""An export that is begun from the report."""

from __future__ import annotations

from idgraph_widgets import schema
from idgraph_widgets.dataset.export import default_target
from idgraph_widgets.notation import in_bytes
from idgraph_widgets.report.blocks import Facts

ALL, TEN = "all", "ten"
"""Choices of tables besides single ones."""


def place_hint(dataset, format: str) -> str:
    """Where a copy goes if no place is given; "" for a dataset that is not in a folder."""
    path = getattr(dataset, "path", None)
    return str(default_target(path, format)) if path is not None else ""


def export_facts(dataset, format: str, tables: str = ALL, out: str = "", on_table=None) -> Facts:
    """Write a copy; what was written, for people.

    Raises
    ------
    ConfigError, StorageError
        See `export_dataset`.
    """
    names = None if tables == ALL else list(schema.TABLES) if tables == TEN else [tables]
    result = dataset.export(format, out or None, names, on_table)
    pairs = (
        ("tables", f"{len(result.rows):,}"),
        ("rows", f"{sum(result.rows.values()):,}"),
        ("size", in_bytes(result.bytes)),
        ("format", result.format),
    )
    return Facts("exported", "✓ Exported", pairs, str(result.path), "good")
