"""Reads the options of a column of one's own, under the names that dbldatagen gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from idgraph_widgets.config.expressions import KINDS, ExpressionError, parse
from idgraph_widgets.config.extra_specs import MICROS_OF_DAY, Distribution, Expression, Made, Pool, Range, Values
from idgraph_widgets.config.extra_template import template
from idgraph_widgets.config.extra_values import OptionError, interval, is_number, moment, scale_of, type_of, typed, unit
from idgraph_widgets.config.problems import shown

WAYS = {
    "values": "one of a list, with weights or a distribution",
    "minValue": "a range of numbers, with maxValue and step",
    "begin": "a range of days or times, with end and interval",
    "template": "texts by a pattern",
    "faker": "texts of a Faker provider, with locale",
    "expr": "an SQL expression over the table's columns",
}
"""The options of which exactly one says how a column is made (minValue may be left to maxValue)."""

OPTIONS: dict[str, tuple[str, ...]] = {
    "values": ("weights", "distribution"),
    "minValue": ("maxValue", "step", "distribution", "prefix", "suffix", "textSeparator"),
    "begin": ("end", "interval", "distribution"),
    "template": ("escapeSpecialChars",),
    "faker": ("locale", "uniqueValues"),
    "expr": (),
}
"""What belongs to each."""

MOST_VALUES, MOST_POOL, MOST_STEPS = 10_000, 100_000, 2**31


def made_by(way: str, given: Mapping[str, Any], columns: Mapping[str, str]) -> tuple[Made, str]:
    """How a column is made, and its type.

    Parameters
    ----------
    way : str
        One of `WAYS`.
    given : mapping
        The options.
    columns : mapping of str to str
        What an expression may name, and its type.

    Raises
    ------
    OptionError
    """
    return _MAKERS[way](given, columns)


def _values(given: Mapping[str, Any], _columns: Mapping[str, str]) -> tuple[Made, str]:
    values = given["values"]
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_VALUES:
        raise OptionError("values", shown(values), f"a list of 1 to {MOST_VALUES:,} values", "Write such a list.")
    type_ = typed(given, type_of(values), ("string", "bigint", "int", "double", "decimal", "boolean", "date"))
    scale = scale_of([*values], type_) if type_ == "double" or type_.startswith("decimal") else 1
    read = tuple(unit(value, type_, scale, f"values[{i}]") for i, value in enumerate(values))
    if len(set(read)) < len(read):
        twice = next(value for i, value in enumerate(values) if read[i] in read[:i])
        raise OptionError("values", f"{shown(twice)} twice", "different values", "Give it a larger weight instead.")
    weights = given.get("weights")
    if weights is not None and "distribution" in given:
        raise OptionError("distribution", "weights beside it", "one of the two", "Remove one.")
    if weights is None:
        return Values(read, scale, (), _distribution(given)), type_
    sound = isinstance(weights, list) and len(weights) == len(values) and all(map(is_number, weights))
    if not sound or min(weights) < 0 or not 0 < sum(weights) < float("inf"):
        allowed = f"{len(values)} numbers of 0 or more, one for each value, not all 0"
        raise OptionError("weights", shown(weights), allowed, "Write one for each value.")
    return Values(read, scale, tuple(float(weight) for weight in weights)), type_


def _range(given: Mapping[str, Any], _columns: Mapping[str, str]) -> tuple[Made, str]:
    if "maxValue" not in given:
        raise OptionError("maxValue", "nothing", "the largest value", "Write maxValue.")
    ends = [given.get("minValue", 0), given["maxValue"], given.get("step", 1)]
    names = ("minValue", "maxValue", "step")
    for name, value in zip(names, ends):
        if not is_number(value):
            raise OptionError(name, shown(value), "a number", "Write a number, without quotes.")
    around = [name for name in ("prefix", "suffix") if given.get(name)]
    usual = "string" if around else type_of(ends)
    type_ = typed(given, usual, ("bigint", "int", "double", "decimal", "string"))
    units = "bigint" if type_ == "string" else type_
    scale = scale_of(ends, type_) if type_ == "double" or type_.startswith("decimal") else 1
    low, high, step = (unit(value, units, scale, name) for name, value in zip(names, ends))
    prefix, suffix = _affixes(given, type_)
    spread = _distribution(given)
    count = _steps((low, high, step), names, spread)
    return Range(low, step, count, scale, spread, prefix, suffix), type_


def _affixes(given: Mapping[str, Any], type_: str) -> tuple[str, str]:
    prefix, suffix, separator = (given.get(name, "") for name in ("prefix", "suffix", "textSeparator"))
    for name in ("prefix", "suffix", "textSeparator"):
        if not isinstance(given.get(name, ""), str):
            raise OptionError(name, shown(given[name]), "a text", "Write it in quotes.")
    if type_ != "string" and (prefix or suffix or separator):
        name = "prefix" if prefix else "suffix" if suffix else "textSeparator"
        raise OptionError(name, f"a text with the type {type_}", "the type string", "Write type: string.")
    between = separator if "textSeparator" in given else "_"
    return (prefix + between if prefix else ""), (between + suffix if suffix else "")


def _steps(ends: tuple[int, int, int], names: tuple[str, str, str], spread: Distribution | None) -> int:
    """How many values there are from low to high in steps; refused where there are none, or too many."""
    low, high, step = ends
    if step < 1:
        raise OptionError(names[2], "0 or less", "more than 0", "Write a larger one.")
    if high < low:
        raise OptionError(names[1], f"less than {names[0]}", f"{names[0]} or more", "Swap the two.")
    count = (high - low) // step + 1
    most = 2**53 if spread is None else MOST_STEPS
    if count > most:
        found = f"{count:,} values" + (" with a distribution" if spread is not None else "")
        raise OptionError(names[2], found, f"at most {most:,} values", f"Write a larger {names[2]}.")
    return count


def _days(given: Mapping[str, Any], _columns: Mapping[str, str]) -> tuple[Made, str]:
    if "end" not in given:
        raise OptionError("end", "nothing", "the last day or time", "Write end.")
    usual = "timestamp" if any(":" in str(given[name]) for name in ("begin", "end")) else "date"
    type_ = typed(given, usual, ("date", "timestamp"))
    low, high = (moment(given[name], name) for name in ("begin", "end"))
    step = interval(given.get("interval", "1 day"))
    if type_ == "date":
        low, high, step = _in_days(low, high, step)
    spread = _distribution(given)
    return Range(low, step, _steps((low, high, step), ("begin", "end", "interval"), spread), 1, spread), type_


def _in_days(low: int, high: int, step: int) -> tuple[int, int, int]:
    if step % MICROS_OF_DAY or low % MICROS_OF_DAY or high % MICROS_OF_DAY:
        raise OptionError("interval", "parts of days", "whole days for the type date", "Write type: timestamp.")
    return low // MICROS_OF_DAY, high // MICROS_OF_DAY, step // MICROS_OF_DAY


def _template(given: Mapping[str, Any], _columns: Mapping[str, str]) -> tuple[Made, str]:
    escape = given.get("escapeSpecialChars", False)
    if not isinstance(escape, bool):
        raise OptionError("escapeSpecialChars", shown(escape), "true or false", "Write one of the two.")
    try:
        return template(given["template"], escape), typed(given, "string", ("string",))
    except ExpressionError as error:
        raise OptionError("template", error.found, error.allowed, error.suggestion) from None


def _faker(given: Mapping[str, Any], _columns: Mapping[str, str]) -> tuple[Made, str]:
    provider, locale, size = given["faker"], given.get("locale", "en_US"), given.get("uniqueValues", 1_000)
    if not isinstance(provider, str) or not re.match(r"[a-z][a-z0-9_]{0,60}\Z", provider):
        allowed = "the name of a provider that needs nothing more, such as company"
        raise OptionError("faker", shown(provider), allowed, "Write such a name.")
    if not isinstance(locale, str) or not re.match(r"[a-z]{2,3}(_[A-Za-z]{2,8})?\Z", locale):
        raise OptionError("locale", shown(locale), "a locale of Faker, such as de_DE", "Write such a name.")
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MOST_POOL:
        allowed = f"1 to {MOST_POOL:,}, how many texts to draw from"
        raise OptionError("uniqueValues", shown(size), allowed, "Write a whole number.")
    return Pool(provider, locale, size), typed(given, "string", ("string",))


def _expression(given: Mapping[str, Any], columns: Mapping[str, str]) -> tuple[Made, str]:
    if not isinstance(given["expr"], str) or not 1 <= len(given["expr"]) <= 4_000:
        allowed = "an SQL expression of 1 to 4,000 characters"
        raise OptionError("expr", shown(given["expr"]), allowed, "Write it in quotes.")
    try:
        node = parse(given["expr"], columns)
    except ExpressionError as error:
        raise OptionError("expr", error.found, error.allowed, error.suggestion) from None
    usual = KINDS[node.kind]
    return Expression(node), typed(given, usual, (usual, "int") if usual == "bigint" else (usual,))


_MAKERS = {
    "values": _values,
    "minValue": _range,
    "begin": _days,
    "template": _template,
    "faker": _faker,
    "expr": _expression,
}


_SHAPES = {"normal": (), "exponential": (), "gamma": ("shape",), "beta": ("alpha", "beta")}


def _distribution(given: Mapping[str, Any]) -> Distribution | None:
    wanted = given.get("distribution")
    if wanted is None:
        return None
    allowed = "normal, exponential, {gamma: {shape: 2}} or {beta: {alpha: 2, beta: 5}}, with shapes of 0.5 to 100"
    name: Any = wanted
    parameters: Any = {}
    if isinstance(wanted, Mapping) and len(wanted) == 1:
        ((name, parameters),) = wanted.items()
    shapes = _SHAPES.get(name) if isinstance(name, str) else None
    if shapes is None or not isinstance(parameters, Mapping) or set(parameters) != set(shapes):
        raise OptionError("distribution", shown(wanted), allowed, "Write one of these.")
    numbers = [parameters[shape] for shape in shapes]
    if not all(is_number(number) and 0.5 <= number <= 100 for number in numbers):
        raise OptionError("distribution", shown(wanted), allowed, "Change its shape.")
    return Distribution(str(name), tuple(float(number) for number in numbers))
