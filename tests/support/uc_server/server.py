"""The open-source server's REST API over HTTP on loopback."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from support.uc_server.rules import Rules
from support.uc_server.state import PRIVILEGES, ApiError, Metastore

API = "/api/2.1/unity-catalog"
CONTROL = "/api/1.0/unity-control/scim2"


def _body(answer) -> tuple[bytes, str]:
    """An answer as bytes, and its type."""
    if isinstance(answer, bytes):
        return answer, "application/octet-stream"
    if isinstance(answer, str):
        return answer.encode(), "text/plain"
    return json.dumps(answer).encode(), "application/json"


class LoopbackServer:
    """An HTTP server on 127.0.0.1 that answers with `respond(method, path, query, body, headers)`.

    That function returns (status, text, bytes or object), with headers as a third part where it wants some, or raises
    `ConnectionAbortedError` to end the connection without an answer; a context manager starts and stops the server.
    """

    def __init__(self, respond):
        self.requests: list[tuple[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self):
                parts = urlsplit(self.path)
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.requests.append((self.command, self.path))
                query = {k: v[0] for k, v in parse_qs(parts.query).items()}
                try:
                    status, answer, *more = respond(self.command, parts.path, query, raw, self.headers)
                except ConnectionAbortedError:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                data, kind = _body(answer)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                for name, value in (more[0] if more else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = _any  # noqa: N815

            def log_message(self, *_args):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exc) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)


class OpenSourceServer(LoopbackServer):
    """Unity Catalog with authorization on.

    Attributes
    ----------
    admin_token : str
        The token of the metastore's owner.
    """

    def __init__(self):
        self.store = Metastore()
        self._lock = threading.Lock()
        self.admin_token = self.token(self.store.admin)
        super().__init__(self._respond)

    def token(self, user: str) -> str:
        """A token for a user (who may be unknown to the server)."""
        token = f"token-of-{user}-{uuid.uuid4().hex}"
        self.store.tokens[token] = user
        return token

    def _respond(self, method, path, query, raw, headers):
        try:
            with self._lock:
                user = self._user(headers.get("Authorization", ""))
                accepted = headers.get("Accept", "*/*")
                return _Request(self.store, user, method, path, query, _json(raw)).answer(accepted)
        except ApiError as error:
            details = [{"reason": error.code, "@type": "google.rpc.ErrorInfo"}]
            return error.status, {"error_code": error.code, "details": details, "message": str(error)}

    def _user(self, authorization: str) -> str:
        if not authorization.startswith("Bearer "):
            raise ApiError(401, "UNAUTHENTICATED", "No authorization found.")
        user = self.store.tokens.get(authorization[len("Bearer ") :])
        if user is None:
            raise ApiError(401, "UNAUTHENTICATED", "Invalid access token.")
        if not self.store.users.get(user):
            raise ApiError(403, "PERMISSION_DENIED", f"User not allowed: {user}")
        return user


def _json(raw: bytes):
    try:
        return json.loads(raw) if raw else {}
    except ValueError:
        raise ApiError(400, "INVALID_ARGUMENT", "failed to parse a JSON document") from None


class _Request:
    """One request of one user."""

    def __init__(self, store: Metastore, user: str, method, path, query, body):
        self.store, self.user, self.method = store, user, method
        self.path, self.query, self.body = path, query, body
        self.may = Rules(store, user)

    def answer(self, accepted: str):
        produced = "application/scim+json" if self.path.startswith(CONTROL) else "application/json"
        negotiable = "*/*" in accepted or produced in accepted
        for method, pattern, handler in _ROUTES:
            found = re.fullmatch(pattern, self.path)
            if found and method == self.method and negotiable:
                return handler(self, *map(unquote, found.groups()))
        if self.path.startswith((API, CONTROL)):
            raise ApiError(500, "INTERNAL", "Couldn't unwrap service.")
        return 404, "Status: 404\nDescription: Not Found\n"

    def me(self):
        return 200, {"userName": self.user, "emails": [{"value": self.user, "primary": True}], "active": True}

    def create_user(self):
        self.may.require(self.may.owns())
        email = self.body["emails"][0]["value"]
        if email in self.store.users:
            return 500, {"status": "409", "detail": f"User already exists: {email}"}
        self.store.users[email] = True
        return 201, {"userName": email, "active": True}

    def create_catalog(self):
        self.may.require(self.may.create_catalog())
        info = {"name": self.body["name"], "comment": self.body.get("comment")}
        return 200, self._described(self.store.add("catalog", (self.body["name"],), self.user, info))

    def get_catalog(self, name):
        found = self.store.find("catalog", name)
        self.may.require(self.may.get_catalog(name))
        return 200, self._described(found)

    def list_catalogs(self):
        catalogs = [c for c in self.store.children(()) if self.may.get_catalog(*c.name)]
        return 200, {"catalogs": [self._described(c) for c in catalogs], "next_page_token": None}

    def delete_catalog(self, name):
        self.store.find("catalog", name)
        self.may.require(self.may.delete_catalog(name))
        if self.store.children((name,)) and self.query.get("force") != "true":
            message = "Cannot delete catalog with schemas. Use force=true to force deletion."
            raise ApiError(400, "FAILED_PRECONDITION", message)
        self.store.remove((name,))
        return 200, "200 OK"

    def create_schema(self):
        catalog, name = self.body["catalog_name"], self.body["name"]
        self.store.find("catalog", catalog)
        self.may.require(self.may.create_schema(catalog))
        info = {
            "name": name,
            "catalog_name": catalog,
            "full_name": f"{catalog}.{name}",
            "comment": self.body.get("comment"),
        }
        return 200, self._described(self.store.add("schema", (catalog, name), self.user, info))

    def get_schema(self, name):
        found = self.store.find("schema", name)
        self.may.require(self.may.get_schema(*found.name))
        return 200, self._described(found)

    def delete_schema(self, name):
        found = self.store.find("schema", name)
        self.may.require(self.may.delete_schema(*found.name))
        if self.store.children(found.name) and self.query.get("force") != "true":
            raise ApiError(400, "FAILED_PRECONDITION", "Cannot delete schema with tables")
        self.store.remove(found.name)
        return 200, "200 OK"

    def create_table(self):
        body = self.body
        schema = self.store.find("schema", f"{body['catalog_name']}.{body['schema_name']}")
        location = normalized(body.get("storage_location"))
        # The overlap is part of the permission: the same location twice is "denied", not "exists".
        self.may.require(self.may.create_table(*schema.name, location))
        for column in body["columns"]:
            _check_column(column)
        info = {
            "name": body["name"],
            "catalog_name": schema.name[0],
            "schema_name": schema.name[1],
            "table_type": body["table_type"],
            "data_source_format": body["data_source_format"],
            "columns": [_full_column(c) for c in body["columns"]],
            "storage_location": location,
            "comment": body.get("comment"),
            "properties": body.get("properties") or {},
        }
        return 200, self._described(self.store.add("table", (*schema.name, body["name"]), self.user, info))

    def get_table(self, name):
        found = self.store.find("table", name)
        self.may.require(self.may.get_table(*found.name))
        return 200, self._described(found)

    def list_tables(self):
        schema = self.store.find("schema", f"{self.query['catalog_name']}.{self.query['schema_name']}")
        seen = [t for t in self.store.children(schema.name) if self.may.get_table(*t.name)]
        start = int(self.query.get("page_token", 0))
        most = 7  # small pages, so that readers must turn them
        more = str(start + most) if len(seen) > start + most else None
        page = [self._described(t) for t in seen[start : start + most]]
        return 200, {"tables": page, "next_page_token": more}

    def delete_table(self, name):
        found = self.store.find("table", name)
        self.may.require(self.may.delete_table(*found.name))
        self.store.remove(found.name)
        return 200, "200 OK"

    def get_permissions(self, kind, name):
        found = self.store.find(kind, name)
        everybody = self.may.sees_all_grants(found.name)
        shown = {p: g for p, g in found.grants.items() if g and (everybody or p == self.user)}
        return 200, _assignments(shown)

    def change_permissions(self, kind, name):
        found = self.store.find(kind, name)
        self.may.require(self.may.change_grants(found.name))
        touched = {}
        for change in self.body["changes"]:
            principal = change["principal"]
            for privilege in (*change.get("add", ()), *change.get("remove", ())):
                if privilege not in PRIVILEGES:
                    message = f"failed to parse a JSON document: Unexpected value '{privilege}'"
                    raise ApiError(400, "INVALID_ARGUMENT", message)
            if principal not in self.store.users:
                raise ApiError(404, "NOT_FOUND", f"User not found: {principal}")
            kept = found.grants.setdefault(principal, [])
            kept += [p for p in change.get("add", ()) if p not in kept]
            found.grants[principal] = [p for p in kept if p not in change.get("remove", ())]
            touched[principal] = found.grants[principal]
        return 200, _assignments({p: g for p, g in touched.items() if g})

    def _described(self, found):
        stamp = int(time.time() * 1000)
        ids = {"catalog": "id", "schema": "schema_id", "table": "table_id"}
        return {**found.info, "owner": found.owner, "updated_at": stamp, ids[found.kind]: found.id}


def normalized(location: str | None) -> str:
    """A location as the original keeps it: ``file:///…`` without a slash at the end."""
    if not location or "/" not in location:
        raise ApiError(400, "INVALID_ARGUMENT", f"Ambiguous path: {location}")
    if re.search(r"[\s\"<>\\^`{|}]", location):
        raise ApiError(400, "INVALID_ARGUMENT", f"Unsupported path: {location}")
    if location.startswith("/"):
        location = f"file://{location}"
    return re.sub(r"\Afile:/+", "file:///", location).rstrip("/")


def _check_column(column) -> None:
    name = column["name"]
    try:
        parsed = json.loads(column["type_json"])
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        message = f"Invalid type_json for column {name}: Failed to parse typeJson for column {name}"
        raise ApiError(400, "INVALID_ARGUMENT", message)
    if parsed.get("name") != name:
        message = (
            f"Invalid type_json for column {name}: field name {parsed.get('name')} does not match column name {name}"
        )
        raise ApiError(400, "INVALID_ARGUMENT", message)


def _full_column(column) -> dict:
    empty = {"type_precision": None, "type_scale": None, "comment": None, "partition_index": None}
    return {**empty, **column, "type_text": column["type_text"].lower()}


def _assignments(grants: dict[str, list[str]]) -> dict:
    return {"privilege_assignments": [{"principal": p, "privileges": g} for p, g in grants.items()]}


_ONE = r"([^/]+)"
_ROUTES = [
    ("GET", f"{CONTROL}/Me", _Request.me),
    ("POST", f"{CONTROL}/Users", _Request.create_user),
    ("GET", f"{API}/catalogs", _Request.list_catalogs),
    ("POST", f"{API}/catalogs", _Request.create_catalog),
    ("GET", f"{API}/catalogs/{_ONE}", _Request.get_catalog),
    ("DELETE", f"{API}/catalogs/{_ONE}", _Request.delete_catalog),
    ("POST", f"{API}/schemas", _Request.create_schema),
    ("GET", f"{API}/schemas/{_ONE}", _Request.get_schema),
    ("DELETE", f"{API}/schemas/{_ONE}", _Request.delete_schema),
    ("GET", f"{API}/tables", _Request.list_tables),
    ("POST", f"{API}/tables", _Request.create_table),
    ("GET", f"{API}/tables/{_ONE}", _Request.get_table),
    ("DELETE", f"{API}/tables/{_ONE}", _Request.delete_table),
    ("GET", f"{API}/permissions/(metastore|catalog|schema|table)/{_ONE}", _Request.get_permissions),
    ("PATCH", f"{API}/permissions/(metastore|catalog|schema|table)/{_ONE}", _Request.change_permissions),
]
