"""Copies of a dataset in formats that other tools read: Parquet, CSV, JSON lines, a DuckDB database."""

from idgraph_widgets.export.export import FORMATS, ExportResult, default_target, export_dataset

__all__ = ["FORMATS", "ExportResult", "default_target", "export_dataset"]
