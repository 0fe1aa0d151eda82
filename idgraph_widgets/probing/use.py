"""From what was found to what would be used."""

from __future__ import annotations

from collections.abc import Sequence


def use(findings: Sequence) -> dict[str, str]:
    """What this library would use, and why.

    Parameters
    ----------
    findings : sequence of Finding
    """
    found = {one.name: one for one in findings}
    return {"engine": _engine(found), "target": _target(found), "studio": _studio(found), "job": _job(found)}


def _is(found: dict, name: str, state: str = "yes") -> bool:
    return name in found and found[name].state == state


def _versions(found: dict) -> dict:
    return found["packages"].value or {}


def _engine(found: dict) -> str:
    if "mapInArrow" in found:
        if _is(found, "mapInArrow"):
            return "the session (--engine session; execute_full_pipeline(spark, config))"
        return "none as it stands: the session runs no Python of ours on its workers, see mapInArrow"
    packages = _versions(found)
    if packages.get("pysail") and packages.get("pyspark"):
        return "embedded (no session was given)"
    if packages.get("pyspark") and _is(found, "java"):
        return "local Spark (--engine spark)"
    return 'none: install one with python -m pip install "idgraph-widgets[local]"'


def _target(found: dict) -> str:
    if "mapInArrow" not in found:
        return "a folder" if _is(found, "staging") else "a folder that is named with --out: this one cannot be written"
    place = (found["place"].value or {}).get("place", "") if "place" in found else ""
    if place in ("databricks", "delta"):
        return "the session's catalog: clustered, described Delta tables, with append"
    return "a folder that the workers see, or the session's catalog, which has no Delta: written new each time"


def _studio(found: dict) -> str:
    if _is(found, "widgets"):
        return "the full studio where the page answers, else the plain one"
    packages = _versions(found)
    return "the plain studio" if packages.get("ipywidgets") else "none: ipywidgets is not installed"


def _job(found: dict) -> str:
    service = found["service"].value if _is(found, "service") else None
    if service and service["place"] == "databricks":
        return f"idgraph job submit, as {service['user']}"
    if not _versions(found).get("databricks-sdk"):
        return 'none: databricks-sdk is not installed (python -m pip install "idgraph-widgets[databricks]")'
    return "none: no workspace is known (DATABRICKS_HOST and DATABRICKS_TOKEN, or a profile)"
