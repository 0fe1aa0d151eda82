"""A column of one's own as JSON Schema."""

from __future__ import annotations

from typing import Any

from idgraph_widgets.config.extra_columns import MOST_COLUMNS
from idgraph_widgets.config.extra_options import MOST_POOL, MOST_VALUES, WAYS
from idgraph_widgets.schema import GENERATED

_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": "number"}

_TYPES: dict[str, dict[str, Any]] = {
    "name": {**_TEXT, "pattern": "^[A-Za-z][A-Za-z0-9_]{0,99}$"},
    "table": {"enum": list(GENERATED)},
    "type": {**_TEXT, "description": "string, bigint, int, double, decimal(p,s), boolean, date or timestamp."},
    "description": {**_TEXT, "description": "The column's comment."},
    "percentNulls": {**_NUMBER, "minimum": 0, "exclusiveMaximum": 1, "description": "Share of rows without a value."},
    "baseColumn": {
        "oneOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}],
        "description": "Columns whose values decide, in place of the table's key.",
    },
    "values": {"type": "array", "minItems": 1, "maxItems": MOST_VALUES},
    "weights": {"type": "array", "items": {**_NUMBER, "minimum": 0}},
    "distribution": {"oneOf": [{"enum": ["normal", "exponential"]}, {"type": "object", "maxProperties": 1}]},
    "minValue": _NUMBER,
    "maxValue": _NUMBER,
    "step": {**_NUMBER, "exclusiveMinimum": 0},
    "prefix": _TEXT,
    "suffix": _TEXT,
    "textSeparator": {**_TEXT, "default": "_"},
    "begin": {**_TEXT, "description": "A day or a time in UTC."},
    "end": {**_TEXT, "description": "A day or a time in UTC."},
    "interval": {**_TEXT, "default": "1 day"},
    "template": {**_TEXT, "minLength": 1, "maxLength": 500},
    "escapeSpecialChars": {"type": "boolean", "default": False},
    "faker": {**_TEXT, "description": "A provider of Faker that needs nothing more, such as company."},
    "locale": {**_TEXT, "default": "en_US"},
    "uniqueValues": {"type": "integer", "minimum": 1, "maximum": MOST_POOL, "default": 1000},
    "expr": {**_TEXT, "description": "SQL over the columns of the table.", "minLength": 1, "maxLength": 4000},
}


def column() -> dict[str, Any]:
    """What an entry of ``extra_columns`` may be; rules between options are `validate`'s."""
    ways = [{"required": [way]} for way in WAYS if way != "minValue"]
    return {
        "type": "object",
        "properties": _TYPES,
        "required": ["name", "table"],
        "anyOf": [*ways, {"required": ["maxValue"]}],
        "additionalProperties": False,
        "description": f"Up to {MOST_COLUMNS} columns.",
    }
