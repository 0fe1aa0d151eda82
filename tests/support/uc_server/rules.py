"""Who may do what, rule for rule as the original's `AuthorizeExpressions` and services have it."""

from __future__ import annotations

from support.uc_server.state import ApiError, Metastore


class Rules:
    """The rules for one user's request."""

    def __init__(self, store: Metastore, user: str):
        self.store = store
        self.user = user

    def owns(self, *name: str) -> bool:
        return self.store.owns(self.user, name)

    def holds(self, privilege: str, *name: str) -> bool:
        return self.store.holds(self.user, name, privilege)

    def require(self, allowed: bool) -> None:
        if not allowed:
            raise ApiError(403, "PERMISSION_DENIED", "Access denied.")

    def create_catalog(self) -> bool:
        return self.owns() or self.holds("CREATE CATALOG")

    def get_catalog(self, catalog: str) -> bool:
        return self.owns() or self.owns(catalog) or self.holds("USE CATALOG", catalog)

    def delete_catalog(self, catalog: str) -> bool:
        return self.owns() or self.owns(catalog)

    def create_schema(self, catalog: str) -> bool:
        both = self.holds("USE CATALOG", catalog) and self.holds("CREATE SCHEMA", catalog)
        return self.owns(catalog) or both

    def get_schema(self, catalog: str, schema: str) -> bool:
        inside = self.owns(catalog, schema) or self.holds("USE SCHEMA", catalog, schema)
        return self.owns() or self.owns(catalog) or (inside and self.holds("USE CATALOG", catalog))

    def list_schema(self, catalog: str, schema: str) -> bool:
        inside = self.owns(catalog) or self.holds("USE CATALOG", catalog)
        used = self.holds("USE SCHEMA", catalog, schema)
        return self.owns() or self.owns(catalog) or (used and inside)

    def delete_schema(self, catalog: str, schema: str) -> bool:
        owner = self.owns(catalog, schema) and self.holds("USE CATALOG", catalog)
        return self.owns() or self.owns(catalog) or owner

    def create_table(self, catalog: str, schema: str, location: str) -> bool:
        place = (catalog, schema)
        inside = self.holds("USE SCHEMA", *place) and self.holds("CREATE TABLE", *place)
        return (
            (self.owns(catalog) or self.holds("USE CATALOG", catalog))
            and (self.owns(*place) or inside)
            and not self.store.overlaps(location)
        )

    def get_table(self, catalog: str, schema: str, table: str) -> bool:
        inside = self.holds("USE SCHEMA", catalog, schema) and self.holds("USE CATALOG", catalog)
        name = (catalog, schema, table)
        table_level = self.owns(*name) or self.holds("SELECT", *name) or self.holds("MODIFY", *name)
        return (
            self.owns()
            or self.owns(catalog)
            or (self.owns(catalog, schema) and self.holds("USE CATALOG", catalog))
            or (inside and table_level)
        )

    def delete_table(self, catalog: str, schema: str, table: str) -> bool:
        inside = self.holds("USE SCHEMA", catalog, schema) and self.holds("USE CATALOG", catalog)
        return (
            self.owns(catalog)
            or (self.owns(catalog, schema) and self.holds("USE CATALOG", catalog))
            or (inside and self.owns(catalog, schema, table))
        )

    def change_grants(self, name: tuple[str, ...]) -> bool:
        if self.owns() or (name and self.owns(name[0])):
            return True
        if len(name) < 2 or not self.holds("USE CATALOG", name[0]):
            return False
        if self.owns(*name[:2]):
            return True
        return len(name) == 3 and self.holds("USE SCHEMA", *name[:2]) and self.owns(*name)

    def sees_all_grants(self, name: tuple[str, ...]) -> bool:
        return self.owns() or any(self.owns(*name[:depth]) for depth in range(1, len(name) + 1))
