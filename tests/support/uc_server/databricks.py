"""A Databricks workspace's REST API on loopback, as far as permissions go: groups, owners, inheritance."""

from __future__ import annotations

import re
from urllib.parse import unquote

from support.uc_server.server import LoopbackServer

API = "/api/2.1/unity-catalog"


class Workspace(LoopbackServer):
    """A workspace whose effective permissions come from grants, groups and parents.

    Attributes
    ----------
    token : str
        The user's.
    user : str
    groups : list of str
        Those of the user.
    owners : dict of str to str
        By full name of a catalog or schema; what is listed exists.
    granted : list of (str, str, str)
        Principal, privilege with underscores, full name.
    hidden : set of str
        Full names whose grants and description are refused.
    """

    def __init__(self):
        self.token = "dapi-of-the-workspace"
        self.user = "ana@example.com"
        self.groups: list[str] = []
        self.owners: dict[str, str] = {}
        self.granted: list[tuple[str, str, str]] = []
        self.hidden: set[str] = set()
        super().__init__(self._respond)

    def _respond(self, method, path, query, _raw, headers):
        if path == "/.well-known/databricks-config":
            return 200, {"workspace_id": "1"}
        if headers.get("Authorization") != f"Bearer {self.token}":
            # The original never repeats a token; this one does, so that nobody relies on it.
            return 401, _error("UNAUTHENTICATED", f"Invalid token {headers.get('Authorization')}")
        if path == "/api/2.0/preview/scim/v2/Me":
            return 200, {"userName": self.user, "groups": [{"display": g} for g in self.groups]}
        found = re.fullmatch(rf"{API}/(catalog|schema|table)s/([^/]+)", path)
        if found and method == "GET":
            return self._described(found[1], unquote(found[2]))
        found = re.fullmatch(rf"{API}/effective-permissions/(catalog|schema)/([^/]+)", path)
        if found and method == "GET":
            return self._effective(found[1], unquote(found[2]), query)
        return 404, _error("ENDPOINT_NOT_FOUND", f"No API found for '{method} {path}'")

    def _described(self, kind: str, name: str):
        if name not in self.owners:
            return 404, _error(f"{kind.upper()}_DOES_NOT_EXIST", f"{kind.capitalize()} '{name}' does not exist.")
        if name in self.hidden:
            return 403, _error("PERMISSION_DENIED", f"User does not have USE on {kind} '{name}'.")
        return 200, {"name": name.rsplit(".", maxsplit=1)[-1], "full_name": name, "owner": self.owners[name]}

    def _effective(self, kind: str, name: str, query: dict):
        if name not in self.owners:
            return 404, _error(f"{kind.upper()}_DOES_NOT_EXIST", f"{kind.capitalize()} '{name}' does not exist.")
        if name in self.hidden:
            return 403, _error("PERMISSION_DENIED", f"User cannot see grants on '{name}'.")
        assignments = []
        for principal, privilege, where in self.granted:
            if name == where or name.startswith(f"{where}."):
                inherited = {} if name == where else {"inherited_from_type": "CATALOG", "inherited_from_name": where}
                assignments.append({"principal": principal, "privileges": [{"privilege": privilege, **inherited}]})
        # One assignment a page, and an empty page first: only a missing token ends the list.
        page = int(query.get("page_token", 0))
        answer = {"privilege_assignments": assignments[page - 1 : page] if page else []}
        if page < len(assignments):
            answer["next_page_token"] = str(page + 1)
        return 200, answer


def _error(code: str, message: str) -> dict:
    return {"error_code": code, "message": message}
