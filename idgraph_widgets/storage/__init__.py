"""Delta tables in a folder or a catalog, the manifest that publishes them, and recovery after a kill."""

from idgraph_widgets.storage.catalog import CatalogStore
from idgraph_widgets.storage.content_hash import HashParts, content_hash, hash_parts
from idgraph_widgets.storage.folder import FolderStore
from idgraph_widgets.storage.manifest import MANIFEST, Manifest, TableEntry
from idgraph_widgets.storage.recovery import recover

__all__ = [
    "MANIFEST",
    "CatalogStore",
    "FolderStore",
    "HashParts",
    "Manifest",
    "TableEntry",
    "content_hash",
    "hash_parts",
    "recover",
]
