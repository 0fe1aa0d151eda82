"""Copies of a dataset in formats that other tools read: Parquet, CSV, JSON lines, DuckDB; its graph for graph tools."""

from idgraph_widgets.dataset.export.export import FORMATS, ExportResult, default_target, export_dataset
from idgraph_widgets.dataset.export.graph_files import GRAPHS

__all__ = ["FORMATS", "GRAPHS", "ExportResult", "default_target", "export_dataset"]
