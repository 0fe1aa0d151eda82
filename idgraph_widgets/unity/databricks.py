"""Databricks' Unity Catalog through the Databricks SDK's raw calls.

The SDK's own classes drop privileges they do not know, so its answers are read as plain JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from idgraph_widgets.databricks_errors import status_of, without_secrets
from idgraph_widgets.errors import CatalogError
from idgraph_widgets.unity.permissions import Asked, Requirement, Verdict
from idgraph_widgets.unity.rest import path_of
from idgraph_widgets.unity.unity_catalog import privilege

_API = "/api/2.1/unity-catalog"
_EVERYBODY = "account users"


class DatabricksCatalog:
    """One workspace and one user.

    Parameters
    ----------
    config : databricks.sdk.core.Config

    Notes
    -----
    A user has what it, its groups or all account users were granted, here or on a parent; ALL
    PRIVILEGES counts as each, and an owner has all of them on what it owns. What is not shown to the
    user is unknown, not missing.
    """

    place = "databricks"

    def __init__(self, config):
        from databricks.sdk.core import ApiClient

        self._config = config
        self._client = ApiClient(config)
        self._principals: tuple[str, set[str]] | None = None

    @property
    def uri(self) -> str:
        return self._config.host

    def whoami(self) -> str:
        """The user's name."""
        return self._identity()[0]

    def principals(self) -> set[str]:
        """All names under which the user may have grants: its own, its groups', everybody's."""
        return self._identity()[1]

    def _identity(self) -> tuple[str, set[str]]:
        if self._principals is None:
            me = self._call("/api/2.0/preview/scim/v2/Me")
            groups = {group["display"] for group in me.get("groups") or () if group.get("display")}
            self._principals = me["userName"], {me["userName"], _EVERYBODY, *groups}
        return self._principals

    def securable(self, kind: str, *name: str) -> dict[str, Any] | None:
        """A catalog, schema or table as the service describes it; None where there is none."""
        try:
            return self._call(f"{_API}/{kind}s/{path_of('.'.join(name))}")
        except CatalogError as error:
            if error.status == 404:
                return None
            raise

    def privileges(self, kind: str, *name: str) -> dict[str, set[str]]:
        """Effective privileges on a securable by principal, inherited ones included."""
        path, query = f"{_API}/effective-permissions/{kind}/{path_of('.'.join(name))}", {"max_results": 0}
        found: dict[str, set[str]] = {}
        while True:
            answer = self._call(path, query)
            for assignment in answer.get("privilege_assignments") or ():
                names = {privilege(p["privilege"]) for p in assignment.get("privileges") or ()}
                found.setdefault(assignment["principal"], set()).update(names)
            # Pages may be empty; only a missing token ends them.
            if not answer.get("next_page_token"):
                return found
            query = {**query, "page_token": answer["next_page_token"]}

    def verdicts(self, requirements: Sequence[Requirement]) -> dict[Requirement, Verdict]:
        """What is known about privileges of this user."""
        asked = Asked(self)
        return {requirement: self._verdict(requirement, asked) for requirement in requirements}

    def _verdict(self, requirement: Requirement, asked: Asked) -> Verdict:
        mine, kind, name = self.principals(), requirement.kind, requirement.name
        if asked.owner(kind, name) in mine:
            return Verdict.GRANTED
        effective = asked.privileges(kind, name)
        if effective is None:
            return Verdict.UNKNOWN
        held = {p for principal, names in effective.items() if principal in mine for p in names}
        if requirement.privilege in held or "ALL PRIVILEGES" in held:
            return Verdict.GRANTED
        # The owner of a catalog may give itself anything in it, but need not have done so.
        owns_parent = kind == "schema" and asked.owner("catalog", name[:1]) in mine
        return Verdict.UNKNOWN if owns_parent else Verdict.MISSING

    def _call(self, path: str, query: dict | None = None) -> dict[str, Any]:
        from databricks.sdk.errors import DatabricksError

        try:
            return self._client.do("GET", path, query=query)
        except DatabricksError as error:
            code = error.error_code or ""
            refused = f"{self.uri} answered {code}: {without_secrets(error, self._config)}".rstrip(". ")
            raise CatalogError(f"{refused}.", status_of(error), code) from None
        except (OSError, ValueError, TimeoutError) as error:
            raise CatalogError(f"{self.uri} did not answer: {without_secrets(error, self._config)}.") from None


def find_databricks():
    """The workspace that the Databricks SDK finds, or None without the SDK or without a workspace."""
    try:
        from databricks.sdk.core import Config
    except ImportError:
        return None
    try:
        # Short: the SDK would try an unreachable host for five minutes.
        config = Config(retry_timeout_seconds=10, http_timeout_seconds=30)
        return DatabricksCatalog(config) if config.host else None
    except ValueError:
        return None
