"""`manifest.json`: which version of each table makes up the published dataset."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from idgraph_widgets.errors import StorageError
from idgraph_widgets.storage.replacing import write_atomically

MANIFEST = "manifest.json"
_FORMAT = "idgraph-dataset"

FORMAT_VERSION = 1
"""Of the manifest; it changes where an older library would misread it."""


@dataclass(frozen=True)
class TableEntry:
    """One table of the manifest: its place below the dataset's folder and what that version holds.

    ``hash_sums`` are the sums behind the content hash, to which an append adds those of its rows.
    """

    path: str
    rows: int
    bytes: int
    files: int
    content_hash: str | None
    delta_version: int | None
    hash_sums: str | None = None


@dataclass(frozen=True)
class Manifest:
    """What a run published.

    Attributes
    ----------
    run_id, mode : str
    config : dict
    config_fingerprint : str
    seed : int
    versions : dict
        Of the library, the engine, PySpark, deltalake and Python.
    started_at, finished_at : str
        ISO 8601, UTC.
    tables : dict of str to TableEntry
        By table name, companions included.
    block_starts : list of int
        First households of appends that began inside a block of households, in order.
    """

    run_id: str
    mode: str
    config: dict[str, Any]
    config_fingerprint: str
    seed: int
    versions: dict[str, str]
    started_at: str
    finished_at: str
    tables: dict[str, TableEntry] = field(default_factory=dict)
    block_starts: list[int] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return {"format": _FORMAT, "format_version": FORMAT_VERSION, **asdict(self)}

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """The manifest of a dataset's folder, or None where there is none.

        Raises
        ------
        StorageError
            The file is there but is not a manifest of ours, or of a format that this version does not know.
        """
        path = Path(folder, MANIFEST)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except NotADirectoryError:
            raise StorageError(f"{folder} is a file or lies below one; a dataset is a folder.") from None
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}.") from error
        try:
            data = json.loads(text)
            if data.pop("format") != _FORMAT:
                raise ValueError("another format")
            version = data.pop("format_version")
            if version != FORMAT_VERSION:
                by = data.get("versions", {}).get("idgraph_widgets", "unknown")
                raise StorageError(
                    f"{path} has format {version}, written by version {by} of this library; this version reads format "
                    f"{FORMAT_VERSION}. Use the version that wrote it, or generate the dataset again."
                )
            # Another version may have noted more than this one knows.
            data["tables"] = {name: _known(TableEntry, entry) for name, entry in data["tables"].items()}
            return _known(cls, data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StorageError(
                f"{path} is not the manifest of a dataset of this library ({error}). "
                "If the folder is yours to use, move that file away."
            ) from error

    def write(self, folder: Path) -> None:
        """Replace the manifest in one atomic step that survives a power cut."""
        write_atomically(Path(folder, MANIFEST), json.dumps(self.to_dict(), indent=2) + "\n")


def _known(kind: type[Any], values: dict[str, Any]) -> Any:
    """A record of the values that it has fields for."""
    names = {item.name for item in fields(kind)}
    return kind(**{name: value for name, value in values.items() if name in names})
