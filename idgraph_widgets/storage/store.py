"""What a run needs of the place it writes to, folder or catalog: the steps in which a dataset becomes visible."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from idgraph_widgets.schema import Table
    from idgraph_widgets.storage.catalog.store import CatalogStore
    from idgraph_widgets.storage.folder.store import FolderStore
    from idgraph_widgets.storage.manifest import Manifest, TableEntry


class Store(Protocol):
    """A place that a run writes to.

    ``begin`` → ``make_folders`` → rows → ``commit`` per table → ``append_row`` → ``publish``; or ``rollback`` at any
    point. How rows come is the place's own: files that tasks wrote, or frames that carry them. Until ``publish``
    readers see the dataset as it was.

    Attributes
    ----------
    previous : Manifest or None
        What was published before.
    takes_files : bool
        Whether tasks write files of their own, which all see.
    """

    previous: Manifest | None
    takes_files: bool

    @property
    def place(self) -> str:
        """Where the dataset is, for people."""

    @property
    def folder(self) -> Path | None:
        """The dataset's folder; None where a catalog keeps it."""

    @property
    def commits_at_once(self) -> int:
        """How many tables can be committed at the same time."""

    @property
    def control(self) -> Path:
        """A folder in which tasks report their progress."""

    def begin(self, tables: list[Table], /) -> None:
        """Claim the place: undo a dead run, refuse what is somebody else's, note what is about to happen."""

    def make_folders(self, tables: list[Table], /) -> None:
        """Make what rows are written into."""

    def write_batch(self, table: Table, batch: Any) -> None:
        """Take rows (`pyarrow.RecordBatch`) that this process made."""

    def published(self, table: Table) -> Any:
        """The rows (`pyarrow.Table`) as they were published before this run; for small tables."""

    def commit(self, table: Table, mode: str = "overwrite") -> TableEntry:
        """Make what was written the table's latest version."""

    def append_row(self, table: Table, row: dict[str, Any]) -> TableEntry:
        """Add one row to a table that grows with every run."""

    def publish(self, manifest: Manifest, /) -> None:
        """Make the whole run what readers see."""

    def rollback(self) -> None:
        """Leave everything as it was before ``begin``."""


if TYPE_CHECKING:

    def _both_fulfil_it(folder: FolderStore, catalog: CatalogStore) -> tuple[Store, Store]:
        return folder, catalog
