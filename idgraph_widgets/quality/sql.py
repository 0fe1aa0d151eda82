"""SQL fragments that mean the same on every engine: integers for time, money and shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from idgraph_widgets.reference import state_geography, state_shares
from idgraph_widgets.reference.facts import facts
from idgraph_widgets.schema import literal

Relation = tuple[Sequence[Sequence[object]], Sequence[str]]
"""Rows, and the names of their columns."""

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"

SAFE_IP = (
    f"^((24[0-9]|25[0-5])[.]{_OCTET}[.]{_OCTET}[.]{_OCTET}"
    f"|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])[.]{_OCTET}[.]{_OCTET}"
    "|2001:0?db8:[0-9a-f:]{1,34})$"
)
"""Addresses that can belong to nobody: 240.0.0.0/4, 100.64.0.0/10, 2001:db8::/32."""

UUID_NOT_V4 = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-35-9a-f][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$"
"""A lower-case UUID that is not version 4."""


def quoted(value: object) -> str:
    """A SQL literal of a string or number."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        # Big ones are BIGINT literals anyway; the mark keeps a column of both in one type.
        return f"{value}L" if abs(value) >= 2**31 else str(value)
    if isinstance(value, float):
        # A bare number with a point is a DECIMAL, which a DOUBLE of the same digits may not equal.
        return f"cast({value!r} as double)"
    return literal(str(value))


def one_of(column: str, values: Iterable[object]) -> str:
    """SQL: the column's value is among these."""
    values = list(values)
    return f"{column} in ({', '.join(quoted(v) for v in values)})" if values else "false"


def inline_table(rows: Sequence[Sequence[object]], columns: Sequence[str]) -> str:
    """A small table written into the query, as a parenthesised relation."""
    body = ", ".join("(" + ", ".join(quoted(v) for v in row) + ")" for row in rows)
    return f"(select * from values {body} as inline_rows({', '.join(columns)}))"


def states_table() -> str:
    """Reference data per state: region, time zone, offset in minutes, box of its places, ZIP3 prefixes."""
    return "{published_states}"


def zip3_table() -> str:
    """Per ZIP3 its centre, in kilometres north of the equator and east of Greenwich along its parallel."""
    return "{published_zip3}"


def _states() -> Relation:
    """The box is in hundredths of a degree: it ends where its places do, and engines make two DOUBLEs of 34.95."""
    regions = {row["state"]: row["region"] for row in state_shares()}
    places: dict[str, list[dict]] = {}
    for row in facts("zip3_places"):
        places.setdefault(row["state"], []).append(row)
    rows = [
        (
            row["state"],
            regions[row["state"]],
            row["time_zone"],
            int(row["utc_offset_minutes"]),
            *_box([place["latitude"] for place in places[row["state"]]]),
            *_box([place["longitude"] for place in places[row["state"]]]),
            " ".join(str(z) for z in row["zip3s"]),
        )
        for row in state_geography()
    ]
    names = ("ref_state", "ref_region", "ref_time_zone", "utc_offset_minutes", "lat_min", "lat_max")
    return rows, (*names, "lon_min", "lon_max", "zip3s")


def _box(degrees: list[float]) -> tuple[int, int]:
    """The least and the greatest, in hundredths."""
    return round(min(degrees) * 100), round(max(degrees) * 100)


KM = 111.195
"""Kilometres in a degree of latitude."""


def _zip3() -> Relation:
    rows = []
    for row in facts("zip3_centres"):
        km_east = round(KM * math.cos(math.radians(row["latitude"])), 4)
        rows.append((row["zip3"], row["latitude"], row["longitude"], km_east))
    return rows, ("ref_zip3", "centre_latitude", "centre_longitude", "km_east")


PUBLISHED: dict[str, Callable[[], Relation]] = {"published_states": _states, "published_zip3": _zip3}
"""Facts that sources name in braces, as tables: data of the session where checks run, text in a statement."""


def ten_thousandths(column: str) -> str:
    """SQL: the integer k of a DOUBLE that is k / 10000."""
    return f"cast(round({column} * 10000) as bigint)"


def is_ten_thousandths(column: str) -> str:
    """SQL: a DOUBLE is exactly one division of an integer 0..10000 by 10000."""
    return f"{column} between 0 and 1 and {column} = {ten_thousandths(column)} / double(10000)"


def cents(column: str) -> str:
    """SQL: a DECIMAL(18,2) as an integer number of cents."""
    return f"cast({column} * 100 as bigint)"


def micros(column: str) -> str:
    """SQL: a DECIMAL(18,6) as an integer number of millionths."""
    return f"cast({column} * 1000000 as bigint)"


def half_up(numerator: str, denominator: str) -> str:
    """SQL: a quotient of integers that are not negative, rounded half up; null where the denominator is 0."""
    top = f"2 * cast({numerator} as decimal(38,0)) + cast({denominator} as decimal(38,0))"
    return f"cast({top} as decimal(38,0)) div nullif(cast(2 * {denominator} as decimal(38,0)), 0)"


def date_number(column: str) -> str:
    """SQL: a DATE as yyyymmdd, so that differences of years compare as integers."""
    return f"(year({column}) * 10000 + month({column}) * 100 + day({column}))"


def alive(at: str) -> str:
    """SQL: the identifier of the row was seen around a moment and not opted out then."""
    return (
        f"unix_micros({at}) between unix_micros(first_seen_ts) and unix_micros(last_seen_ts)"
        f" and (opted_out_ts is null or unix_micros({at}) < unix_micros(opted_out_ts))"
    )


def dayparts() -> dict[str, list[tuple[int, int]]]:
    """Daypart to its ranges of minutes of the local day, [from, to)."""
    result: dict[str, list[tuple[int, int]]] = {}
    for row in facts("dayparts"):
        start, end = (int(t[:2]) * 60 + int(t[3:]) for t in (row["start"], row["end"]))
        result[row["daypart"]] = [(start, end)] if start < end else [(start, 1440), (0, end)]
    return result


def first_with_most(counts: Sequence[tuple[str, str]]) -> str:
    """SQL: the alphabetically first label with the highest count; `counts` are (label, column)."""
    ordered = sorted(counts)
    most = f"greatest({', '.join(column for _, column in ordered)})"
    cases = " ".join(f"when {column} = {most} then {quoted(label)}" for label, column in ordered)
    return f"case {cases} end"


_PACKED = 3
"""Counts in one BIGINT, 20 bits each: one sum instead of three."""


def packed_sums(labels: Sequence[str]) -> int:
    """How many packed sums hold the counts of the labels."""
    return -(-len(labels) // _PACKED)


def packed(labels: Sequence[str], label: str) -> list[int]:
    """What a row with this label adds to each packed sum of the labels' counts."""
    place = list(labels).index(label)
    sums = range(packed_sums(labels))
    return [1 << (20 * (place % _PACKED)) if i == place // _PACKED else 0 for i in sums]


def unpacked(labels: Sequence[str], prefix: str) -> list[tuple[str, str]]:
    """(label, SQL of its count) from packed sums ``<prefix>0``, ``<prefix>1`` and so on."""
    return [
        (label, f"(shiftright({prefix}{i // _PACKED}, {20 * (i % _PACKED)}) & 1048575L)")
        for i, label in enumerate(labels)
    ]
