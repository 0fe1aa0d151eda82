"""Questions to a Databricks workspace or another catalog service."""

from __future__ import annotations


def questions(catalog: str | None, schema: str | None, spark) -> dict:
    """The questions, by name."""
    return {"service": _service, "permissions": lambda: _permissions(catalog, schema, spark)}


def _service():
    from idgraph_widgets.errors import ConfigError
    from idgraph_widgets.unity import connect

    try:
        service = connect()
    except ConfigError as error:
        return "no", str(error), None
    value = {"place": service.place, "uri": service.uri, "user": service.whoami()}
    return "yes", f"{value['place']} at {value['uri']}, user {value['user']}", value


def _permissions(catalog: str | None, schema: str | None, spark):
    from idgraph_widgets.errors import ConfigError
    from idgraph_widgets.unity import connect, permission_report

    if not (catalog and schema):
        return "unknown", "not asked for: name a catalog and a schema", None
    try:
        service = connect()
    except ConfigError:
        return "unknown", "no catalog service is known, so only a trial can tell", None
    report = permission_report(catalog, schema, service=service, spark=spark if service.place == "databricks" else None)
    value = {"ok": report.ok, "missing": report.missing, "statements": report.statements, "tried": report.tried}
    return "yes" if report.ok else "no", " ".join(report.message().split()), value
