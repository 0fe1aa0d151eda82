"""The configuration as JSON Schema, by which editors complete, explain and underline.

Rules between settings (shares that sum to 1, an end after the start) have no form there; `validate` knows them.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from idgraph_widgets.config import extra_schema, kinds, mappings
from idgraph_widgets.config.extra_columns import ExtraColumns
from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.section import Section
from idgraph_widgets.config.walking import walk

FILE_NAME = "idgraph.schema.json"
"""What the schema is called beside a configuration that points to it."""

_DAY = r"^\d{4}-\d{2}-\d{2}$"


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 7, which editors know best) of `GenerationConfig`, with each default and text.

    Examples
    --------
    >>> json_schema()["properties"]["seed"]["maximum"]
    2147483647
    """
    root: dict[str, Any] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Configuration of idgraph_widgets",
        **_part({"$schema": {"type": "string", "description": "Where an editor finds this schema; not a setting."}}),
    }
    parts = {"": root}
    for path, field, value, _ in walk(GenerationConfig()):
        parent, _, name = path.rpartition(".")
        if isinstance(value, Section):
            parts[path] = {"title": field.metadata["title"], "description": field.metadata["help"], **_part({})}
            found = parts[path]
        else:
            kind = field.metadata["setting"].kind
            found = {**_explained(field.metadata), **allowed(kind), "default": _jsonable(kind.plain(value))}
        parts[parent]["properties"][name] = found
    return root


def _part(properties: dict[str, Any]) -> dict[str, Any]:
    """A part of the configuration; one of which only the heading is written is null in YAML."""
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _explained(metadata: Any) -> dict[str, Any]:
    unit = f" Unit: {metadata['unit']}." if metadata["unit"] else ""
    source = metadata["source"]
    year = f", {source['year']}" if source["year"] else ""
    text = (
        f"{metadata['help']}{unit}\n\nAllowed: {metadata['bounds']}.\n\n"
        f"Source: {source['citation']}{year} [{source['status']}]."
    )
    return {"title": metadata["title"], "description": text}


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _jsonable(item) for name, item in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value


@singledispatch
def allowed(kind: kinds.Kind) -> dict[str, Any]:
    """What a kind of value may be, in the words of JSON Schema."""
    raise TypeError(f"{type(kind).__name__} has no form in JSON Schema yet")


def _number(kind: kinds.Integer | kinds.Real, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": [name, "null"] if kind.optional else name, "minimum": kind.low}
    return found if kind.high is None else {**found, "maximum": kind.high}


@allowed.register
def _(kind: kinds.Integer) -> dict[str, Any]:
    return _number(kind, "integer")


@allowed.register
def _(kind: kinds.Real) -> dict[str, Any]:
    return _number(kind, "number")


@allowed.register
def _(_kind: kinds.Flag) -> dict[str, Any]:
    return {"type": "boolean"}


@allowed.register
def _(_kind: kinds.Name) -> dict[str, Any]:
    return {"type": ["string", "null"], "pattern": "^[A-Za-z0-9_-]{1,255}$"}


@allowed.register
def _(_kind: kinds.Day) -> dict[str, Any]:
    return {"type": "string", "format": "date", "pattern": _DAY}


@allowed.register
def _(kind: kinds.Span) -> dict[str, Any]:
    return {"type": "array", "items": allowed(kinds.Integer(kind.low, kind.high)), "minItems": 2, "maxItems": 2}


@allowed.register
def _(kind: kinds.Choice) -> dict[str, Any]:
    return {"enum": list(kind.names)}


@allowed.register
def _(kind: kinds.Choices) -> dict[str, Any]:
    return {"type": "array", "items": {"enum": list(kind.names)}, "uniqueItems": True}


@allowed.register
def _(kind: kinds.Curve) -> dict[str, Any]:
    share = allowed(kinds.Real(0, 1))
    return {"type": "array", "items": share, "minItems": kind.count, "maxItems": kind.count}


@allowed.register
def _(kind: mappings.Shares) -> dict[str, Any]:
    share = allowed(kinds.Real(0, 1))
    found: dict[str, Any] = {"type": ["object", "null"] if kind.optional else "object", "minProperties": 1}
    if kind.names:
        return {**found, "properties": {str(name): share for name in kind.names}, "additionalProperties": False}
    return {**found, "additionalProperties": share}


@allowed.register
def _(kind: mappings.Numbers) -> dict[str, Any]:
    return _of_each(kind.names, allowed(kind.part))


@allowed.register
def _(kind: mappings.Caps) -> dict[str, Any]:
    cap = {
        "type": "object",
        "properties": {
            "daily": allowed(kinds.Integer(1, kind.daily_max)),
            "weekly": allowed(kinds.Integer(1, kind.weekly_max)),
            "scope": allowed(kinds.Choice(kind.scopes)),
        },
        "additionalProperties": False,
    }
    return _of_each(kind.names, cap)


@allowed.register
def _(_kind: mappings.Switches) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": {"type": "boolean"}}


@allowed.register
def _(kind: mappings.BracketBounds) -> dict[str, Any]:
    bounds = [allowed(kinds.Integer(0, kind.high, optional=upper)) for upper in (False, True)]
    pair = {"type": "array", "items": bounds, "minItems": 2, "maxItems": 2}
    return {"type": "object", "additionalProperties": pair}


@allowed.register
def _(_kind: ExtraColumns) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": extra_schema.column()}


def _of_each(names: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict.fromkeys(names, value), "additionalProperties": False}
