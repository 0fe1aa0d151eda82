"""What each place a dataset can live in supports, as data: for messages, and for forms to grey out the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idgraph_widgets.errors import ConfigError

FEATURES = {
    "write": "Write a dataset",
    "append": "Add households or days to a dataset",
    "atomic_publish": "All tables change in one step",
    "undo": "A run that fails leaves everything as it was",
    "statistics": "Rows, bytes and files without reading the data",
    "optimize": "Compaction",
    "vacuum": "Removing files that nobody needs",
    "zorder": "Z-order",
    "partitioning": "Partitions",
    "liquid_clustering": "Liquid clustering",
    "optimized_write": "File sizes settled while writing",
    "comments": "Comments on tables and columns",
    "keys": "Primary and foreign keys",
    "tags": "Tags",
    "permissions": "Users, grants and a check before the run",
}
"""Every feature and what it means."""


@dataclass(frozen=True)
class Support:
    """Whether a place has a feature, and why not or how."""

    supported: bool
    note: str = ""

    def __bool__(self) -> bool:
        return self.supported


@dataclass(frozen=True)
class Capabilities:
    """What one place supports.

    Attributes
    ----------
    place, title : str
    features : dict of str to Support
        One entry for each of `FEATURES`.
    """

    place: str
    title: str
    features: dict[str, Support]

    def __getitem__(self, feature: str) -> Support:
        return self.features[feature]

    def to_dict(self) -> dict[str, Any]:
        """Plain data: place, title and, by feature, label, supported and note."""
        return {
            "place": self.place,
            "title": self.title,
            "features": {
                name: {"label": FEATURES[name], "supported": bool(found), "note": found.note}
                for name, found in self.features.items()
            },
        }


def _place(place: str, title: str, has: str, notes: dict[str, str]) -> Capabilities:
    """`has` names the supported features; a note on the others says why they are not."""
    names = set(has.split())
    assert names <= set(FEATURES)
    assert set(notes) <= set(FEATURES)
    features = {name: Support(name in names, notes.get(name, "")) for name in FEATURES}
    return Capabilities(place, title, features)


_FOLDER = "write append atomic_publish undo statistics optimize vacuum zorder comments"
_FOLDER_NOTES = {
    "partitioning": "Tables in a folder are one partition; Z-order does the same for their sizes.",
    "liquid_clustering": "Needs Delta in Spark or Databricks; Z-order here.",
    "optimized_write": "Run optimize after writing.",
    "keys": "Delta in a folder knows no keys; the checks prove them.",
    "tags": "A folder has no catalog.",
}
_DELTA = "write append undo statistics optimize vacuum zorder partitioning liquid_clustering optimized_write comments"
_DELTA_NOTES = {
    "atomic_publish": "Each table changes at once; generation_runs names the versions that belong together.",
    "undo": "By restoring each table's version; of a run that was killed, when the next one begins.",
}

PLACES: dict[str, Capabilities] = {
    found.place: found
    for found in (
        _place(
            "folder",
            "A folder",
            _FOLDER,
            {**_FOLDER_NOTES, "permissions": "The operating system's; seen when the run begins."},
        ),
        _place(
            "unity",
            "Unity Catalog (open source): external tables of a folder",
            f"{_FOLDER} permissions",
            {
                **_FOLDER_NOTES,
                "atomic_publish": "The folder's tables; registering them comes after.",
                "tags": "The open-source service has none.",
            },
        ),
        _place(
            "delta",
            "A Spark session with Delta",
            _DELTA,
            {
                **_DELTA_NOTES,
                "optimize": "Not of tables that Unity Catalog's connector manages: the catalog keeps that to itself.",
                "vacuum": "Not of tables that Unity Catalog's connector manages: the catalog keeps that to itself.",
                "keys": "Open-source Delta knows no keys; the checks prove them.",
                "tags": "Databricks only.",
                "permissions": "Whatever the catalog enforces; tried with a table when the run begins.",
            },
        ),
        _place(
            "databricks",
            "Databricks: managed tables",
            f"{_DELTA} keys tags permissions",
            {
                **_DELTA_NOTES,
                "zorder": "Only of tables that are partitioned; liquid clustering for the others.",
                "keys": "Not enforced; RELY only after the checks have passed.",
            },
        ),
        _place(
            "session",
            "A Spark session without Delta",
            "write comments",
            {
                "append": "Needs Delta: without versions, an append that fails could not be undone.",
                "atomic_publish": "The catalog's tables have no versions.",
                "undo": "Tables that were replaced cannot be brought back.",
                "statistics": "The catalog keeps none.",
                "optimize": "Needs Delta.",
                "vacuum": "Needs Delta.",
                "zorder": "Needs Delta.",
                "partitioning": "Needs Delta.",
                "liquid_clustering": "Needs Delta.",
                "optimized_write": "Needs Delta.",
                "keys": "Databricks only.",
                "tags": "Databricks only.",
                "permissions": "Whatever the catalog enforces; seen when the run begins.",
            },
        ),
    )
}


def capabilities(place: str) -> Capabilities:
    """What a place supports.

    Parameters
    ----------
    place : {"folder", "unity", "delta", "databricks", "session"}

    Raises
    ------
    ConfigError
        There is no such place.

    Examples
    --------
    >>> bool(capabilities("folder")["zorder"]), capabilities("folder")["tags"].note
    (True, 'A folder has no catalog.')
    """
    if place not in PLACES:
        raise ConfigError(f"place: found {place!r}, allowed is one of {', '.join(PLACES)}.")
    return PLACES[place]


def place_of(spark: Any) -> str:
    """Which place a session's catalogs are: ``"databricks"``, ``"delta"`` or ``"session"``."""
    if setting(spark, "spark.databricks.clusterUsageTags.sparkVersion") or _is_databricks_connect(spark):
        return "databricks"
    extensions = setting(spark, "spark.sql.extensions") or ""
    return "delta" if "DeltaSparkSessionExtension" in extensions else "session"


def setting(spark: Any, key: str) -> str | None:
    """A setting of a session, or None."""
    try:
        return spark.conf.get(key, None)
    except Exception:
        # Connect servers may refuse to tell a setting that they do not know.
        return None


def _is_databricks_connect(spark: Any) -> bool:
    if not type(spark).__module__.startswith("pyspark.sql.connect"):
        return type(spark).__module__.startswith("databricks.")
    return "databricks" in str(getattr(spark.client, "host", ""))
