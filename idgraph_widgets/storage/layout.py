"""How the rows of each table are laid out: clustered, or in partitions; by default and as asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.schema import GENERATED, Table

MOST_CLUSTER_COLUMNS = 4
"""More than Delta's clustering takes is refused there."""


@dataclass(frozen=True)
class TableLayout:
    """Where rows of one table lie close together.

    Parameters
    ----------
    cluster_by : tuple of str
        Columns that queries filter by. Liquid clustering where the place has it, Z-order elsewhere.
    partition_by : tuple of str
        Columns with few values, a folder for each combination. Excludes liquid clustering; the
        columns of `cluster_by` are then the order inside a partition.
    """

    cluster_by: tuple[str, ...] = ()
    partition_by: tuple[str, ...] = ()


class Layouts:
    """The layout of every table: the defaults, with what a user asked for in their place.

    Parameters
    ----------
    asked : mapping of str to mapping, optional
        Table name to ``cluster_by`` and ``partition_by``, each a list of columns. An empty list turns
        a default off.
    tables : mapping of str to Table, optional
        What can be named; default: every table and companion of a dataset.

    Raises
    ------
    ConfigError
        A table, a key or a column that does not exist, or more columns than can be clustered.

    Examples
    --------
    >>> Layouts({"households": {"partition_by": ["state"]}})["households"].partition_by
    ('state',)
    """

    def __init__(self, asked: Mapping[str, Any] | None = None, tables: Mapping[str, Table] | None = None):
        known = GENERATED if tables is None else tables
        self._asked = {name: _layout(name, value, known) for name, value in (asked or {}).items()}

    def __getitem__(self, table: str) -> TableLayout:
        return self._asked.get(table) or default_layout(table)


def default_layout(table: str) -> TableLayout:
    """As the schema clusters a table; of a table that it does not know, none."""
    return TableLayout(GENERATED[table].cluster_by if table in GENERATED else ())


def _layout(name: str, value: Any, tables: Mapping[str, Table]) -> TableLayout:
    if isinstance(value, TableLayout):
        value = {"cluster_by": value.cluster_by, "partition_by": value.partition_by}
    if name not in tables:
        raise ConfigError(f"layout: found the table {name!r}, allowed is one of {', '.join(tables)}.")
    if not isinstance(value, Mapping) or not set(value) <= {"cluster_by", "partition_by"}:
        raise ConfigError(
            f"layout.{name}: found {value!r}, allowed are the keys cluster_by and partition_by, each a list of columns."
        )
    default = default_layout(name)
    partition_by = _columns(tables[name], "partition_by", value.get("partition_by", ()))
    cluster_by = _columns(tables[name], "cluster_by", value.get("cluster_by", default.cluster_by))
    both = sorted(set(partition_by) & set(cluster_by))
    if both and "cluster_by" in value:
        raise ConfigError(f"layout.{name}: {', '.join(both)} stands in both lists; name it in one of them.")
    cluster_by = tuple(column for column in cluster_by if column not in partition_by)
    if len(cluster_by) > MOST_CLUSTER_COLUMNS:
        raise ConfigError(
            f"layout.{name}.cluster_by: found {len(cluster_by)} columns, allowed are up to {MOST_CLUSTER_COLUMNS}."
        )
    return TableLayout(cluster_by, partition_by)


def _columns(table: Table, key: str, found: Any) -> tuple[str, ...]:
    if isinstance(found, str) or not all(isinstance(column, str) for column in found):
        raise ConfigError(f"layout.{table.name}.{key}: found {found!r}, allowed is a list of columns.")
    for column in found:
        if column not in table.column_names:
            raise ConfigError(
                f"layout.{table.name}.{key}: found the column {column!r}, allowed is one of "
                f"{', '.join(table.column_names)}."
            )
    return tuple(dict.fromkeys(found))
