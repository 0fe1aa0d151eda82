"""What opens a finished dataset: in a folder or in a session's catalog; `export` copies it for other tools."""

from idgraph_widgets.dataset.catalog import CatalogDataset
from idgraph_widgets.dataset.folder import Dataset

__all__ = ["CatalogDataset", "Dataset"]
