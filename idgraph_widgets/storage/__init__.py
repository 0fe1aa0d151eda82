"""Delta tables in a folder or a catalog, the manifest that publishes them, and recovery after a kill."""

from idgraph_widgets.storage.catalog.names import CatalogNames
from idgraph_widgets.storage.catalog.recovery import published_run, recover_catalog
from idgraph_widgets.storage.catalog.store import CatalogStore
from idgraph_widgets.storage.content_hash import HashParts, content_hash, hash_parts
from idgraph_widgets.storage.folder.recovery import recover
from idgraph_widgets.storage.folder.store import FolderStore
from idgraph_widgets.storage.layout import Layouts, TableLayout
from idgraph_widgets.storage.manifest import MANIFEST, Manifest, TableEntry
from idgraph_widgets.storage.places import PLACES, Capabilities, capabilities, place_of
from idgraph_widgets.storage.table_stats import TableStats
from idgraph_widgets.storage.writer import CatalogWriter

__all__ = [
    "MANIFEST",
    "PLACES",
    "Capabilities",
    "CatalogNames",
    "CatalogStore",
    "CatalogWriter",
    "FolderStore",
    "HashParts",
    "Layouts",
    "Manifest",
    "TableEntry",
    "TableLayout",
    "TableStats",
    "capabilities",
    "content_hash",
    "hash_parts",
    "place_of",
    "published_run",
    "recover",
    "recover_catalog",
]
