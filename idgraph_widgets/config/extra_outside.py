"""Options of dbldatagen that are not possible here, and what is instead."""

from __future__ import annotations

_HASHED = "Leave it out: every column is drawn by a hash of the table's key and the seed, the same on every engine."
_RANGES = "Write minValue, maxValue and step, or begin, end and interval."

OUTSIDE = {
    "random": _HASHED,
    "randomSeed": f"{_HASHED} Another seed is the setting seed.",
    "randomSeedMethod": _HASHED,
    "baseColumnType": "Leave it out: a value follows from the hash of baseColumn, as baseColumnType='hash' does.",
    "omit": "Leave it out: name what you need in one expr, or keep the column.",
    "implicit": "Leave it out.",
    "nullable": "Write percentNulls, a share from 0 to 1.",
    "numColumns": "Write each column by itself.",
    "numFeatures": "Write each column by itself.",
    "structType": "Write each column by itself; arrays and structs are not possible.",
    "dataRange": _RANGES,
    "range": _RANGES,
    "continuous": "Write a small step, such as 0.001.",
    "text": "Write a template, or a Faker provider such as faker: sentence.",
    "format": "Write prefix and suffix, a template, or an expr with concat.",
    "precision": "Write the type, such as decimal(10,2).",
    "scale": "Write the type, such as decimal(10,2).",
}
"""Option to what to do about it."""
