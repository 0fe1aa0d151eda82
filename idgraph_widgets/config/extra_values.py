"""Values and types of columns of one's own: read from a configuration, in whole units."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from idgraph_widgets.config.extra_specs import MICROS_OF_DAY
from idgraph_widgets.config.problems import shown

_EXACT, _EXACT_DOUBLE = 2**53, 2**49
"""Units up to which numbers are exact, and up to which a DOUBLE made of them tells which it was."""

_DECIMAL = re.compile(r"decimal\((\d{1,2}),\s*(\d{1,2})\)\Z")
_UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1, "week": 604_800}
_INTERVAL = re.compile(r"(\d+)\s*(week|day|hour|minute|second)s?\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{3}|\.\d{6})?)?)?\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class OptionError(ValueError):
    """An option is not possible: which, what was found, what is allowed, what to do."""

    def __init__(self, option: str, found: str, allowed: str, suggestion: str):
        super().__init__(f"{option}: found {found}; allowed: {allowed}. {suggestion}")
        self.option, self.found, self.allowed, self.suggestion = option, found, allowed, suggestion


def type_of(values: list[Any]) -> str:
    """The type of a column of such values, where none is asked for."""
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return "bigint"
    return "double" if all(map(is_number, values)) else "string"


def moment(value: Any, name: str) -> int:
    """A day or time, UTC, as microseconds since 1970."""
    try:
        if not _MOMENT.match(str(value)):
            raise ValueError
        found = datetime.fromisoformat(str(value)).replace(tzinfo=timezone.utc)
        if not 1900 <= found.year <= 2199:
            raise ValueError
    except ValueError:
        allowed = "a day or a time of 1900 to 2199, as 2025-01-31 or 2025-01-31 12:00:00, in UTC"
        raise OptionError(name, shown(value), allowed, "Write such a one.") from None
    return (found - _EPOCH) // timedelta(microseconds=1)


def interval(value: Any) -> int:
    """A length in microseconds."""
    text = str(value).strip().lower().removeprefix("interval").strip() if isinstance(value, str) else ""
    seconds = 0
    for part in re.split(r"\s*,\s*", text):
        match = _INTERVAL.match(part)
        if match is None or not 0 < int(match[1]) < 10**9:
            allowed = "a length such as 1 day, 12 hours or 1 hour, 30 minutes"
            raise OptionError("interval", shown(value), allowed, "Write such a text.")
        seconds += int(match[1]) * _UNITS[match[2]]
    return seconds * 1_000_000


def typed(given: Mapping[str, Any], usual: str, possible: tuple[str, ...]) -> str:
    """The type that is asked for, or the usual one."""
    wanted = given.get("type", usual)
    if not isinstance(wanted, str):
        raise OptionError("type", shown(wanted), f"one of {', '.join(possible)}", "Write its name.")
    name = {"long": "bigint", "integer": "int"}.get(wanted.lower(), wanted.lower())
    match = _DECIMAL.match(name)
    if match and "decimal" in possible:
        precision, scale = int(match[1]), int(match[2])
        if not 1 <= precision <= 18 or scale > precision:
            raise OptionError("type", shown(wanted), "decimal(p,s) with p of 1 to 18 and s up to p", "Change it.")
        return f"decimal({precision},{scale})"
    if name in possible and name != "decimal":
        return name
    allowed = ", ".join("decimal(p,s)" if one == "decimal" else one for one in possible)
    raise OptionError("type", shown(wanted), f"{allowed} for such a column", "Change it, or leave it out.")


def scale_of(values: list[Any], type_: str) -> int:
    """Units in 1: of a decimal by its type, of doubles as many as their decimals need."""
    if type_.startswith("decimal"):
        return 10 ** int(type_.rstrip(")").split(",")[1])
    places = [-int(Decimal(repr(value)).normalize().as_tuple().exponent) for value in values if is_number(value)]
    return 10 ** min(15, max([0, *places]))


def unit(value: Any, type_: str, scale: int, name: str) -> Any:
    """A value as kernels take it: whole numbers of units, texts, booleans, days."""
    if type_ == "string":
        if isinstance(value, str) and 0 < len(value) <= 1_000:
            return value
        raise OptionError(name, shown(value), "texts of 1 to 1,000 characters", "Write it in quotes.")
    if type_ == "boolean":
        if isinstance(value, bool):
            return value
        raise OptionError(name, shown(value), "true or false", "Write one of the two.")
    if type_ == "date":
        return moment(value, name) // MICROS_OF_DAY
    if not is_number(value):
        raise OptionError(name, shown(value), "a number", "Write a number, without quotes.")
    units = Decimal(repr(value)) * scale
    most = {"int": 2**31 - 1, "double": _EXACT_DOUBLE}.get(type_, _EXACT)
    if type_.startswith("decimal"):
        most = min(most, 10 ** int(type_[len("decimal(") :].split(",", maxsplit=1)[0]) - 1)
    if units != units.to_integral_value() or abs(units) > most:
        allowed = f"a number that {type_} holds exactly, up to {Decimal(most) / scale:,}"
        raise OptionError(name, shown(value), allowed, "Change it, or the type.")
    return int(units)


def is_number(value: Any) -> bool:
    """Whether it is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def plain_option(value: Any) -> Any:
    """A value of an option as YAML and JSON know it: days and times as texts, tuples as lists."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain_option(one) for name, one in value.items()}
    return [plain_option(one) for one in value] if isinstance(value, (list, tuple)) else value
