"""The open-source Unity Catalog through its published REST API."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from idgraph_widgets.errors import CatalogError
from idgraph_widgets.unity.connection import Connection
from idgraph_widgets.unity.permissions import Asked, Requirement, Verdict
from idgraph_widgets.unity.rest import RestClient, path_of

_API = "/api/2.1/unity-catalog"
_CONTROL = "/api/1.0/unity-control"


def privilege(name: str) -> str:
    """A privilege in the spelling of GRANT: Databricks' REST API says ``USE_CATALOG``."""
    return name.replace("_", " ").upper()


class UnityCatalog:
    """One server and one user.

    Parameters
    ----------
    connection : Connection

    Notes
    -----
    The server knows users but no groups. It shows a user its own direct grants only, but enforces
    those of the parents too; ownership is shown as ``owner`` and covers no child.
    """

    place = "unity"

    def __init__(self, connection: Connection):
        self._rest = RestClient(connection)
        self._me: str | None = None

    @property
    def uri(self) -> str:
        return self._rest.connection.uri

    def whoami(self) -> str:
        """The user's name, its e-mail address."""
        if self._me is None:
            try:
                me = self._rest.call("GET", f"{_CONTROL}/scim2/Me")
            except CatalogError as error:
                if error.status in (0, 401, 403):
                    raise
                me = {}  # a server without authorization knows nobody
            self._me = next((m["value"] for m in me.get("emails") or ()), me.get("userName") or "")
        return self._me

    def securable(self, kind: str, *name: str) -> dict[str, Any] | None:
        """A catalog, schema or table as the server describes it; None where there is none.

        Raises
        ------
        CatalogError
            The user may not see it (status 403), or no answer.
        """
        try:
            return self._rest.call("GET", f"{_API}/{kind}s/{path_of('.'.join(name))}")
        except CatalogError as error:
            if error.status == 404:
                return None
            raise

    def privileges(self, kind: str, *name: str) -> dict[str, set[str]]:
        """Privileges granted directly on a securable, by principal, as far as the user may see them."""
        answer = self._rest.call("GET", f"{_API}/permissions/{kind}/{path_of('.'.join(name))}")
        return {
            assignment["principal"]: {privilege(p) for p in assignment.get("privileges") or ()}
            for assignment in answer.get("privilege_assignments") or ()
        }

    def verdicts(self, requirements: Sequence[Requirement]) -> dict[Requirement, Verdict]:
        """What is known about privileges of this user."""
        asked = Asked(self)
        return {requirement: self._verdict(requirement, asked) for requirement in requirements}

    def _verdict(self, requirement: Requirement, asked: Asked) -> Verdict:
        me, kind, name = self.whoami(), requirement.kind, requirement.name
        if me and asked.owner(kind, name) == me:
            return Verdict.GRANTED
        # Grants on parents count, and are shown on the parents only.
        places = [(kind, name), ("metastore", ("metastore",))]
        if kind == "schema":
            places.insert(1, ("catalog", name[:1]))
        shown = [asked.privileges(*place) for place in places]
        if any(requirement.privilege in found.get(me, ()) for found in shown if found is not None):
            return Verdict.GRANTED
        return Verdict.UNKNOWN if not me or None in shown else Verdict.MISSING

    def probe(self, catalog: str, schema: str, table: str, location: str | None = None) -> None:
        """Register an external table and drop it again; raises `CatalogError` where that is refused."""
        definition = {
            "name": table,
            "catalog_name": catalog,
            "schema_name": schema,
            "table_type": "EXTERNAL",
            "data_source_format": "DELTA",
            "columns": [],
            # Nothing is written there: the service looks at the name only.
            "storage_location": f"{location or Path(tempfile.gettempdir()).as_uri()}/{table}",
            "comment": "A trial of idgraph_widgets; can be dropped.",
        }
        self.create_table(definition)
        self.drop_table(catalog, schema, table)

    def grant(self, kind: str, name: tuple[str, ...], principal: str, privileges, revoke=()) -> None:
        """Grant and revoke privileges of one principal on one securable."""
        change = {
            "principal": principal,
            "add": sorted(map(privilege, privileges)),
            "remove": sorted(map(privilege, revoke)),
        }
        path = f"{_API}/permissions/{kind}/{path_of('.'.join(name))}"
        self._rest.call("PATCH", path, body={"changes": [change]})

    def create_catalog(self, catalog: str, comment: str = "") -> None:
        self._rest.call("POST", f"{_API}/catalogs", body={"name": catalog, "comment": comment})

    def drop_catalog(self, catalog: str) -> None:
        """Drop a catalog with everything in it."""
        self._rest.call("DELETE", f"{_API}/catalogs/{path_of(catalog)}", {"force": "true"})

    def create_schema(self, catalog: str, schema: str, comment: str = "") -> None:
        body = {"name": schema, "catalog_name": catalog, "comment": comment}
        self._rest.call("POST", f"{_API}/schemas", body=body)

    def drop_schema(self, catalog: str, schema: str) -> None:
        """Drop an empty schema."""
        self._rest.call("DELETE", f"{_API}/schemas/{path_of(f'{catalog}.{schema}')}")

    def tables(self, catalog: str, schema: str) -> Iterator[dict[str, Any]]:
        """The tables of a schema that the user may see."""
        query = {"catalog_name": catalog, "schema_name": schema}
        while True:
            answer = self._rest.call("GET", f"{_API}/tables", query)
            yield from answer.get("tables") or ()
            if not answer.get("next_page_token"):
                return
            query = {**query, "page_token": answer["next_page_token"]}

    def create_table(self, definition: dict[str, Any]) -> None:
        """Register an external table."""
        self._rest.call("POST", f"{_API}/tables", body=definition)

    def drop_table(self, *name: str) -> None:
        """Forget a table; the files of an external one stay."""
        self._rest.call("DELETE", f"{_API}/tables/{path_of('.'.join(name))}")
