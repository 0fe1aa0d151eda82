"""A dataset as one file on its way to somebody: written as it is read, so that neither memory nor disk grows with it.

``python -m idgraph_widgets.dataset.export.stream FOLDER FORM SCRATCH [TABLE …]`` writes it to standard output.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.dataset.export import database, datapackage
from idgraph_widgets.dataset.export.files import write_csv
from idgraph_widgets.dataset.export.source import Source

FORMS = {"parquet": "zip", "csv": "zip", "duckdb": "duckdb"}
"""What a dataset can be sent as, and how the name of the file ends."""

_TIMES = {"parquet": 1.0, "csv": 1.8, "duckdb": 1.65}
"""How much larger than its Parquet files each is; measured with 1,000 to 20,000 households."""
_LEAST = {"duckdb": 4_000_000}
"""What a file has beside that."""


def expected_bytes(source: Source, form: str) -> int:
    """How large the file will be, about; a zip of Parquet files to the byte but for its list of contents."""
    found = sum(Path(path).stat().st_size for name in source.entries for path in source.paths(name))
    return int(_TIMES[form] * found) + _LEAST.get(form, 0)


def send(source: Source, form: str, sink, scratch: Path) -> None:
    """Write the tables to an open file, which need not know where it is.

    Parameters
    ----------
    source : Source
    form : {"parquet", "csv", "duckdb"}
        A zip with the Parquet files as they are, or a CSV file per table and their types; or a DuckDB file.
    sink : binary file
    scratch : Path
        A folder for a database, which cannot be written from the first byte to the last.
    """
    if form == "duckdb":
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            path = Path(folder, "dataset.duckdb")
            database.write(source, path, None)
            with path.open("rb") as file:
                shutil.copyfileobj(file, sink, 1 << 20)
        return
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        config = GenerationConfig.from_dict(source.manifest.config, check=False)
        packed.writestr("configuration.yaml", config.to_yaml())
        (_send_parquet if form == "parquet" else _send_csv)(source, packed)


def _send_parquet(source: Source, packed: zipfile.ZipFile) -> None:
    for name, entry in source.entries.items():
        paths = source.paths(name)
        for i, path in enumerate(paths):
            inside = f"{entry.path}.parquet" if len(paths) == 1 else f"{entry.path}/part-{i:05}.parquet"
            # They are compressed already.
            packed.write(path, inside, zipfile.ZIP_STORED)


def _send_csv(source: Source, packed: zipfile.ZipFile) -> None:
    rows, sizes = {}, {}
    for name, entry in source.entries.items():
        inside = f"{entry.path}.csv"
        with packed.open(inside, "w", force_zip64=True) as file:
            rows[name] = write_csv(file, source.schema(name), source.batches(name))
        sizes[name] = packed.getinfo(inside).file_size
    packed.writestr(datapackage.NAME, datapackage.described(source, "csv", rows, sizes))


def main(folder: str, form: str, scratch: str, *tables: str) -> None:
    """Send what the command line names."""
    send(Source(folder, tables or None), form, sys.stdout.buffer, Path(scratch))


if __name__ == "__main__":
    main(*sys.argv[1:])
