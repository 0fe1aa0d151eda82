"""May this user write a dataset to ``catalog.schema``? Asked before a run, answered with GRANT statements.

Each privilege is granted, missing or unknown: a service may refuse to show grants, or grant by a way
it does not show. What is not known, and what looks granted, is settled by making a small table in the
schema and dropping it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from idgraph_widgets.errors import CatalogError, ConfigError, StorageError
from idgraph_widgets.schema import quoted

PROBE = "idgraph_probe_"
"""How the names of trial tables and schemas begin."""


class Verdict(Enum):
    """What is known about one privilege."""

    GRANTED = "granted"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Requirement:
    """One privilege on one catalog or schema.

    Parameters
    ----------
    privilege : str
        As in GRANT, with spaces.
    kind : {"catalog", "schema"}
    name : tuple of str
        The parts of its name.
    """

    privilege: str
    kind: str
    name: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.privilege} on {self.kind} {'.'.join(self.name)}"

    def statement(self, principal: str) -> str:
        """The GRANT statement that gives it to `principal`."""
        return f"GRANT {self.privilege} ON {self.kind.upper()} {quoted(*self.name)} TO {quoted(principal)};"


@dataclass
class PermissionReport:
    """What was asked, what is known, and what a trial showed.

    Attributes
    ----------
    target : str
        ``catalog.schema``.
    principal : str
        The user.
    verdicts : dict of Requirement to Verdict
    tried : bool
        Whether a table was made and dropped in the schema.
    faults : list of str
        What stands in the way other than a privilege.
    """

    target: str
    principal: str
    verdicts: dict[Requirement, Verdict] = field(default_factory=dict)
    tried: bool = False
    faults: list[str] = field(default_factory=list)

    def having(self, verdict: Verdict) -> list[Requirement]:
        return [requirement for requirement, found in self.verdicts.items() if found is verdict]

    @property
    def ok(self) -> bool:
        """Nothing stands in the way: all is granted, or a trial has shown it."""
        blocked = self.faults or self.having(Verdict.MISSING)
        return not blocked and (self.tried or not self.having(Verdict.UNKNOWN))

    @property
    def lacking(self) -> list[Requirement]:
        """The privileges to ask for; none when `ok`."""
        if self.ok:
            return []
        return self.having(Verdict.MISSING) or self.having(Verdict.UNKNOWN)

    @property
    def missing(self) -> list[str]:
        """What stands in the way, in words; empty when `ok`."""
        unknown = Verdict.UNKNOWN
        reasons = [
            f"{r} (not known: the service does not show it)" if self.verdicts[r] is unknown else str(r)
            for r in self.lacking
        ]
        return reasons + self.faults

    @property
    def statements(self) -> list[str]:
        """GRANT statements for an owner to run."""
        return [requirement.statement(self.principal or "you") for requirement in self.lacking]

    def message(self) -> str:
        """The outcome for people."""
        who = self.principal or "This user"
        if self.ok:
            return f"{who} may write to {self.target}."
        lines = [f"{who} may not write to {self.target}. Missing: {'; '.join(self.missing)}."]
        if self.statements:
            lines += ["An owner of the catalog can run:", *(f"  {line}" for line in self.statements)]
        return "\n".join(lines)


class Asked:
    """What a service reports about owners and privileges, each asked for once; None where it refuses."""

    def __init__(self, service):
        self._service = service
        self._known: dict[tuple, Any] = {}

    def owner(self, kind: str, name: tuple[str, ...]) -> str | None:
        """The owner of a securable, where it may be seen."""
        return (self._ask(self._service.securable, kind, name) or {}).get("owner")

    def privileges(self, kind: str, name: tuple[str, ...]) -> dict[str, set[str]] | None:
        """Privileges by principal."""
        return self._ask(self._service.privileges, kind, name)

    def _ask(self, question, kind: str, name: tuple[str, ...]):
        key = (question.__name__, kind, name)
        if key not in self._known:
            try:
                self._known[key] = question(kind, *name)
            except CatalogError as error:
                if error.status in (0, 401):
                    raise  # no answer about anything
                self._known[key] = None
        return self._known[key]


def check_permissions(
    service, catalog: str, schemas: tuple[str, ...], try_table: Callable[[str], None] | None = None
) -> PermissionReport:
    """Find out whether tables can be made in every one of `schemas`, making those that are missing.

    Parameters
    ----------
    service : UnityCatalog or DatabricksCatalog
    catalog : str
    schemas : tuple of str
        The first is the one that users name. One that does not exist needs CREATE SCHEMA.
    try_table : callable, optional
        Makes a table in the schema it is given and drops it; raises `StorageError` where that is
        refused. Without it nothing is tried.

    Returns
    -------
    PermissionReport
        Nothing is left behind; a schema that does not exist is not made here.

    Raises
    ------
    CatalogError
        The service does not answer, or refuses the token.
    """
    for name in (catalog, *schemas):
        check_name(name)
    report = PermissionReport(f"{catalog}.{schemas[0]}", service.whoami())
    if _absent(service, "catalog", catalog):
        report.faults.append(
            f"the catalog {catalog} does not exist (make it with CREATE CATALOG {quoted(catalog)}, or choose another)"
        )
        return report
    wanted = [Requirement("USE CATALOG", "catalog", (catalog,))]
    present = [name for name in schemas if not _absent(service, "schema", catalog, name)]
    if len(present) < len(schemas):
        wanted.append(Requirement("CREATE SCHEMA", "catalog", (catalog,)))
    for name in present:
        wanted += [Requirement(p, "schema", (catalog, name)) for p in ("USE SCHEMA", "CREATE TABLE")]
    report.verdicts = service.verdicts(wanted)
    if not report.having(Verdict.MISSING) and try_table is not None:
        _try(report, present, try_table)
    return report


def _try(report: PermissionReport, schemas: list[str], try_table) -> None:
    for schema in schemas:
        try:
            try_table(schema)
        except StorageError as error:  # noqa: PERF203
            report.faults.append(f"a trial table in {schema} was refused: {error}")
            return
    # A schema that is to be made is its maker's own: its privileges need no trial.
    report.tried = bool(schemas) or not report.having(Verdict.UNKNOWN)


def _absent(service, kind: str, *name: str) -> bool:
    try:
        return service.securable(kind, *name) is None
    except CatalogError as error:
        if error.status != 403:
            raise
        return False  # it is there, or else the answer would be 404


def check_name(name: str) -> None:
    """Refuse a name that a REST path or a full name would take apart.

    Raises
    ------
    ConfigError
    """
    wrong = not name or len(name) > 255 or any(c in "./" or not c.isprintable() or c.isspace() for c in name)
    if wrong:
        raise ConfigError(
            f"Found the name {name!r}; the name of a catalog, schema or table has 1 to 255 characters, none "
            "of them a period, slash, space or control character."
        )


def probe_name() -> str:
    """A name for a trial that no other run uses."""
    return f"{PROBE}{uuid.uuid4().hex[:12]}"


def companion_schemas(schema: str) -> tuple[str, str, str]:
    """The schemas of a dataset: the tables', the observable companions', the truth's."""
    return schema, f"{schema}_meta", f"{schema}_truth"
