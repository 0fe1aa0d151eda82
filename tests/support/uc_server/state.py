"""What the open-source server knows: users, tokens, securables with owners, grants."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

PRIVILEGES = (
    "CREATE CATALOG",
    "USE CATALOG",
    "CREATE SCHEMA",
    "USE SCHEMA",
    "CREATE TABLE",
    "SELECT",
    "MODIFY",
    "CREATE EXTERNAL TABLE",
    "READ FILES",
    "WRITE FILES",
)
METASTORE = "metastore"
_NAME = re.compile(r"[a-zA-Z0-9_@-]+")


class ApiError(Exception):
    """An answer other than success, in the original's words."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass
class Securable:
    """A metastore, catalog, schema or table."""

    kind: str
    name: tuple[str, ...]
    owner: str
    info: dict
    grants: dict[str, list[str]] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Metastore:
    """All state of one server; `users` maps e-mail to enabled, `tokens` a token to an e-mail."""

    def __init__(self, admin: str = "admin"):
        self.admin = admin
        self.users = {admin: True}
        self.tokens: dict[str, str] = {}
        self.objects: dict[tuple[str, ...], Securable] = {(): Securable(METASTORE, (), admin, {})}

    def find(self, kind: str, full_name: str) -> Securable:
        """A securable by its full name; parents that are missing are named first."""
        if kind == METASTORE:
            return self.objects[()]
        parts = tuple(full_name.split("."))
        wanted = {"catalog": 1, "schema": 2, "table": 3}[kind]
        if len(parts) != wanted:
            word = "schema full name" if kind == "schema" else "table name"
            raise ApiError(400, "INVALID_ARGUMENT", f"Invalid {word}: {full_name}")
        for depth, level in enumerate(("catalog", "schema", "table")[:wanted], 1):
            if parts[:depth] not in self.objects:
                shown = ".".join(parts[:depth])
                raise ApiError(404, f"{level.upper()}_NOT_FOUND", f"{level.capitalize()} not found: {shown}")
        return self.objects[parts]

    def add(self, kind: str, name: tuple[str, ...], owner: str, info: dict) -> Securable:
        check_name(name[-1])
        if name in self.objects:
            shown = ".".join(name) if kind == "table" else name[-1]
            raise ApiError(400, f"{kind.upper()}_ALREADY_EXISTS", f"{kind.capitalize()} already exists: {shown}")
        self.objects[name] = Securable(kind, name, owner, info)
        return self.objects[name]

    def children(self, name: tuple[str, ...]) -> list[Securable]:
        return [o for n, o in self.objects.items() if len(n) == len(name) + 1 and n[: len(name)] == name]

    def remove(self, name: tuple[str, ...]) -> None:
        """Remove a securable and everything below it."""
        for other in [n for n in self.objects if n[: len(name)] == name]:
            del self.objects[other]

    def owns(self, user: str, name: tuple[str, ...]) -> bool:
        """Ownership of exactly this securable: it is not inherited."""
        return name in self.objects and self.objects[name].owner == user

    def holds(self, user: str, name: tuple[str, ...], privilege: str) -> bool:
        """A grant on the securable or on any of its parents."""
        return any(
            privilege in self.objects[name[:depth]].grants.get(user, ())
            for depth in range(len(name) + 1)
            if name[:depth] in self.objects
        )

    def overlaps(self, location: str) -> bool:
        """Whether a table lies at, above or below a location."""
        here = location.rstrip("/") + "/"
        for other in self.objects.values():
            there = other.info.get("storage_location", "").rstrip("/") + "/" if other.kind == "table" else ""
            if there and (here.startswith(there) or there.startswith(here)):
                return True
        return False


def check_name(name: str) -> None:
    if not name:
        raise ApiError(400, "INVALID_ARGUMENT", "Name cannot be empty")
    if len(name) > 255:
        raise ApiError(400, "INVALID_ARGUMENT", "Name cannot be longer than 255 characters")
    if not _NAME.fullmatch(name):
        message = "Name cannot contain a period, space, forward-slash, or control characters"
        raise ApiError(400, "INVALID_ARGUMENT", message)
