"""What a dataset's tables, and those a run needs in between, are called in a session's catalog."""

from __future__ import annotations

from idgraph_widgets.schema import Table, quoted

STAGING, JOURNAL, PROBE = "idgraph_staging_", "idgraph_unfinished_", "idgraph_probe_"
"""How the names of a run's passing tables begin: intermediate frames, its journal, trials."""

KINDS = ("table", "meta", "truth")
"""The kinds of tables, each with a schema of its own."""


class CatalogNames:
    """Quoted full names of a dataset's tables.

    Parameters
    ----------
    catalog : str or None
        None means the session's current catalog.
    schema : str
    """

    def __init__(self, catalog: str | None, schema: str):
        self.catalog = catalog
        self.schema = schema

    @property
    def place(self) -> str:
        """Where the dataset is, for people."""
        return ".".join(part for part in (self.catalog, self.schema) if part)

    def schema_of(self, kind: str) -> str:
        """The schema's name, unquoted, of a kind of table."""
        return self.schema if kind == "table" else f"{self.schema}_{kind}"

    def of(self, table: Table) -> str:
        return quoted(self.catalog, self.schema_of(table.kind), table.name)

    def passing(self, name: str) -> str:
        """A table that ends with its run; it is kept beside the companions."""
        return quoted(self.catalog, self.schema_of("meta"), name)
