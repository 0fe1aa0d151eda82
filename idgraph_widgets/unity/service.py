"""The catalog service that the environment names."""

from __future__ import annotations

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.unity.connection import HOW_TO_CONNECT, find_connection
from idgraph_widgets.unity.databricks import DatabricksCatalog, find_databricks
from idgraph_widgets.unity.unity_catalog import UnityCatalog


def connect(profile: str | None = None) -> UnityCatalog | DatabricksCatalog:
    """The catalog service the environment names.

    Returns
    -------
    UnityCatalog or DatabricksCatalog

    Raises
    ------
    ConfigError
        Nothing is set, or it is wrong; the message says what to set.
    """
    connection = find_connection(profile)
    if connection is not None:
        return UnityCatalog(connection)
    found = find_databricks()
    if found is None:
        raise ConfigError(
            f"No catalog service is known. {HOW_TO_CONNECT} To write to a folder only, name no catalog and schema."
        )
    return found
