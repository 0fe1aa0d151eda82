"""The open-source catalog that tests speak to: the stand-in, or a real one the environment names."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from idgraph_widgets.errors import CatalogError
from idgraph_widgets.unity.connection import Connection
from idgraph_widgets.unity.unity_catalog import UnityCatalog
from support.uc_server.server import OpenSourceServer


@dataclass
class Person:
    """A user of the catalog and a token of hers."""

    email: str
    token: str

    def at(self, url: str) -> UnityCatalog:
        return UnityCatalog(Connection(url, self.token))


@dataclass
class Server:
    """A catalog server with an administrator and two users who may do nothing yet."""

    url: str
    admin: UnityCatalog
    writer: Person
    reader: Person

    @contextmanager
    def catalog(self, *schemas: str):
        """A catalog of its own for one test, dropped afterwards."""
        name = f"test_{uuid.uuid4().hex[:10]}"
        self.admin.create_catalog(name)
        try:
            for schema in schemas:
                self.admin.create_schema(name, schema)
            yield name
        finally:
            self.admin.drop_catalog(name)

    def allow(self, person: Person, catalog: str, *privileges: str) -> None:
        self.admin.grant("catalog", (catalog,), person.email, privileges)

    def revoke(self, person: Person, catalog: str, *privileges: str) -> None:
        self.admin.grant("catalog", (catalog,), person.email, (), revoke=privileges)


@contextmanager
def running_server():
    """The server of ``IDGRAPH_TEST_UC_URL`` (see below), else the stand-in.

    ``IDGRAPH_TEST_UC_ADMIN`` is the administrator's token, ``IDGRAPH_TEST_UC_WRITER`` and
    ``IDGRAPH_TEST_UC_READER`` are each ``email:token``.
    """
    url = os.environ.get("IDGRAPH_TEST_UC_URL")
    if url:
        admin = UnityCatalog(Connection(url, os.environ["IDGRAPH_TEST_UC_ADMIN"]))
        people = [Person(*os.environ[f"IDGRAPH_TEST_UC_{role}"].split(":", 1)) for role in ("WRITER", "READER")]
        yield Server(url, _with_users(admin, people), *people)
        return
    with OpenSourceServer() as server:
        admin = UnityCatalog(Connection(server.url, server.admin_token))
        emails = ("writer@example.com", "reader@example.com")
        people = [Person(email, server.token(email)) for email in emails]
        yield Server(server.url, _with_users(admin, people), *people)


def _with_users(admin: UnityCatalog, people: list[Person]) -> UnityCatalog:
    for person in people:
        body = {"displayName": person.email, "emails": [{"value": person.email, "primary": True}]}
        try:
            admin._rest.call("POST", "/api/1.0/unity-control/scim2/Users", body=body)
        except CatalogError as error:
            if "already exists" not in str(error):
                raise
    return admin


class Gate:
    """A TCP forwarder in front of a server that can be shut, as when a catalog goes away."""

    def __init__(self, url: str):
        host, port = url.removeprefix("http://").rstrip("/").split(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.open = True
        self.passed = 0
        self.shut_after: int | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.passed += 1
            if self.shut_after is not None and self.passed > self.shut_after:
                self.open = False
            if not self.open:
                client.close()
                continue
            upstream = socket.create_connection(self._target)
            for a, b in ((client, upstream), (upstream, client)):
                threading.Thread(target=_pump, args=(a, b), daemon=True).start()

    def close(self) -> None:
        self._listener.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
