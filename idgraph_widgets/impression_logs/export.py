"""Write the log of a dataset, and its truth beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from idgraph_widgets.errors import ConfigError, StorageError
from idgraph_widgets.storage.folder.paths import check_above, check_path, folder_path


@dataclass(frozen=True)
class ImpressionLogs:
    """A log and its truth.

    Attributes
    ----------
    logs : pyspark.sql.DataFrame
        Columns of `idgraph_widgets.impression_logs.TABLE`.
    truth : pyspark.sql.DataFrame
        ``log_id``, ``true_individual_id``, ``true_household_id``.
    """

    logs: Any
    truth: Any


def export_impression_logs(dataset, out=None) -> ImpressionLogs:
    """What a publisher's ad server logs of the people of a dataset.

    One row per content view: time, address, user agent family, first-party cookie, hashed email when logged in,
    advertising id and COPPA flag; no person and no household. That is what published recipes build identity graphs
    from. The truth is a table of its own.

    Parameters
    ----------
    dataset : Dataset
    out : path-like, optional
        A folder that does not exist yet, or is empty: gets ``impression_logs`` and ``truth_impression_logs``, each a
        folder of Parquet files. Without it nothing is written.

    Returns
    -------
    ImpressionLogs
        The written tables, or frames that are made when they are read.

    Raises
    ------
    StorageError
        `out` holds something, or cannot be written to.
    RunError
        The session's workers lack this package, or have another version of it.

    Examples
    --------
    >>> found = export_impression_logs(dataset, "data/logs")  # doctest: +SKIP
    >>> found.logs.groupBy("ip_address").count().show()  # doctest: +SKIP
    """
    from idgraph_widgets.impression_logs.frames import impression_logs
    from idgraph_widgets.impression_logs.logs import VIEWED
    from idgraph_widgets.pipeline.workers import probe
    from idgraph_widgets.schema.impression_logs import TABLE, TRUTH

    probe(dataset.spark)
    folder = None if out is None else empty_folder(out)
    logs, truth = impression_logs(dataset.config, {name: dataset.table(name) for name in VIEWED})
    if folder is None:
        return ImpressionLogs(logs, truth)
    written = []
    for table, df in ((TABLE, logs), (TRUTH, truth)):
        path = str(folder / table.name)
        df.write.mode("error").parquet(path)
        written.append(dataset.spark.read.schema(table.struct_type()).parquet(path))
    return ImpressionLogs(*written)


def empty_folder(path) -> Path:
    """The absolute path of a folder to write logs to, which is made if it is not there.

    Raises
    ------
    StorageError
        It holds something, cannot be written to, or has a name that readers take for another one.
    ConfigError
        It is a file, or lies below one.
    """
    folder = folder_path(path)
    check_path(folder)
    check_above(folder)
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file; the logs need a folder. Choose another path.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = next(folder.iterdir(), None)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written to: {error.strerror}. Choose another folder.") from error
    if taken is not None:
        raise StorageError(f"{folder} holds {taken.name}. Choose a folder that is empty or does not exist.")
    return folder
