"""Delta tables in a folder or a catalog, the manifest that publishes them, and recovery after a kill."""

from idgraph_widgets.storage.catalog import CatalogStore
from idgraph_widgets.storage.catalog_names import CatalogNames
from idgraph_widgets.storage.catalog_recovery import published_run, recover_catalog
from idgraph_widgets.storage.catalog_writer import CatalogWriter
from idgraph_widgets.storage.content_hash import HashParts, content_hash, hash_parts
from idgraph_widgets.storage.folder import FolderStore
from idgraph_widgets.storage.layout import Layouts, TableLayout
from idgraph_widgets.storage.maintenance import TableStats
from idgraph_widgets.storage.manifest import MANIFEST, Manifest, TableEntry
from idgraph_widgets.storage.places import PLACES, Capabilities, capabilities, place_of
from idgraph_widgets.storage.recovery import recover

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
