"""What happens to a record's cells: chosen, written in some format, outdated, mistyped, swapped, left empty."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig, RecordsConfig
from idgraph_widgets.draws import SCALE, Draws, small_frame, steps
from idgraph_widgets.generators.addresses import DAY, start_micros
from idgraph_widgets.generators.identity_contacts import with_address
from idgraph_widgets.generators.identity_rows import People
from idgraph_widgets.reference.facts import facts
from idgraph_widgets.schema.source_records import CELLS, SYSTEMS

ALWAYS_THERE = {"web_signup": "email", "loyalty": "phone", "subscription": "address_line"}
"""The cell a system cannot do without."""

_KEYS = "qwertyuiopasdfghjklzxcvbnmQWERTYUIOPASDFGHJKLZXCVBNM1234567890"
_NEIGHBOURS = "wertyuioposdfghjklkxcvbnmnWERTYUIOPOSDFGHJKLKXCVBNMN2345678909"
"""The key to the right of each; of the last one in a row, the one to the left."""

_ABBREVIATIONS = {
    "Street": "St",
    "Avenue": "Ave",
    "Drive": "Dr",
    "Road": "Rd",
    "Lane": "Ln",
    "Court": "Ct",
    "Boulevard": "Blvd",
}

_KEY = "record_no"


@dataclass(frozen=True)
class _Entry:
    """How people type into the systems: the draws and dials of errors."""

    d: Draws
    dials: RecordsConfig

    def happens(self, stream: str, share: float) -> Column:
        """Whether an error of that share happens in a record, given how error-prone its system is."""
        factors = [self.dials.error_factors[name] for name in SYSTEMS]
        parts = [F.lit(min(SCALE, round(share * factor * SCALE))).cast("bigint") for factor in factors]
        return self.d.chance(stream, steps(F.col("system"), list(range(1, len(parts) + 1)), parts), _KEY)


def with_errors(spark: SparkSession, config: GenerationConfig, records: DataFrame) -> DataFrame:
    """Add the columns `CELLS` as entered, ``c_*`` of each as it should be, and ``updated_ts``.

    Parameters
    ----------
    records : DataFrame
        What `with_facts` gives, a row per record, with ``record_no`` and ``system``.
    """
    dials = config.demographics_config.source_records
    entry = _Entry(Draws(config.seed, "source_records"), dials)
    records = _with_contacts(config, entry, records)
    records = _with_format(entry, records)
    records = _with_names(spark, entry, records)
    records = _with_birth_date(entry, records)
    records = _with_former_address(entry, records)
    records = _with_typos(entry, records)
    records = _with_swapped_names(entry, records)
    records = _with_blanks(entry, records)
    return _with_updated_ts(config, entry, records)


def _with_contacts(config: GenerationConfig, entry: _Entry, records: DataFrame) -> DataFrame:
    """Add ``email`` and ``phone``: which of the person's mailboxes and numbers the system was given."""
    records = records.withColumn("j", entry.d.below("mailbox", F.col("boxes"), _KEY))
    records = records.withColumn("both", F.col("both") & (F.col("j") == 0))
    records = with_address(People(config, records), records)
    own = F.col("has_phone") & ~entry.d.chance("landline", entry.dials.landline_share, _KEY)
    return records.withColumn("phone", F.when(own, F.col("mobile")).otherwise(F.col("landline")))


def _with_format(entry: _Entry, records: DataFrame) -> DataFrame:
    """Settle how phones and addresses are written, and keep all cells as they should be."""
    short = entry.d.chance("format", entry.dials.other_format_share, _KEY)
    phone = F.col("phone")
    spoken = F.concat(
        F.lit("("),
        F.substring(phone, 3, 3),
        F.lit(") "),
        F.substring(phone, 6, 3),
        F.lit("-"),
        F.substring(phone, 9, 4),
    )
    records = records.withColumn("short", short)
    records = records.withColumns(
        {
            "phone": F.when(F.col("short"), spoken).otherwise(phone),
            "address_line": F.when(F.col("short"), _abbreviated(F.col("line"))).otherwise(F.col("line")),
            "before_line": F.when(F.col("short"), _abbreviated(F.col("before_line"))).otherwise(F.col("before_line")),
        }
    )
    return records.withColumns({f"c_{name}": F.col(name) for name in CELLS})


def _abbreviated(line: Column) -> Column:
    for word, abbreviation in _ABBREVIATIONS.items():
        line = F.regexp_replace(line, f" {word}", f" {abbreviation}")
    return line


def _with_names(spark: SparkSession, entry: _Entry, records: DataFrame) -> DataFrame:
    """A nickname in place of the first name, the surname of before the marriage."""
    records = records.join(_nicknames(spark), "first_name", "left")
    number = F.pmod(entry.d.unit("nickname/which", _KEY), F.col("nickname_count")).cast("int")
    which = F.get(F.col("nicknames"), number)
    short = F.col("nickname_count").isNotNull() & entry.happens("nickname", entry.dials.nickname_share)
    stale = F.col("former_name").isNotNull() & entry.happens("former_name", entry.dials.former_surname_share)
    return records.withColumn("is_stale_name", stale).withColumns(
        {
            "first_name": F.when(short, which).otherwise(F.col("first_name")),
            "last_name": F.when(F.col("is_stale_name"), F.col("former_name")).otherwise(F.col("last_name")),
        }
    )


def _nicknames(spark: SparkSession) -> DataFrame:
    """(first_name, nicknames, nickname_count)."""
    found: dict[str, list[str]] = {}
    for row in facts("nicknames"):
        found.setdefault(row["first_name"], []).append(row["nickname"])
    data = pd.DataFrame(
        {
            "first_name": list(found),
            "nicknames": list(found.values()),
            "nickname_count": [len(n) for n in found.values()],
        }
    )
    return F.broadcast(small_frame(spark, data))


def _with_birth_date(entry: _Entry, records: DataFrame) -> DataFrame:
    """Month and day swapped, or a day, a month, a year or ten years off."""
    born, d = F.col("birth_date"), entry.d
    # Whatever an engine evaluates, this is a date; it is used where the day can be a month.
    swapped = F.make_date(F.year(born), F.least(F.dayofmonth(born), F.lit(12)), F.month(born))
    can = F.dayofmonth(born) <= 12
    sign = d.below("birth/sign", 2, _KEY) * F.lit(2) - F.lit(1)
    off = steps(d.below("birth/off", 4, _KEY), [1, 2, 3, 4], [F.lit(n).cast("bigint") for n in (1, 30, 365, 3653)])
    wrong = F.date_from_unix_date((F.unix_date(born) + sign * off).cast("int"))
    return records.withColumn(
        "birth_date",
        F.when(can & entry.happens("birth/swapped", entry.dials.swapped_birth_date_share), swapped)
        .when(entry.happens("birth/wrong", entry.dials.wrong_birth_date_share), wrong)
        .otherwise(born),
    )


def _with_former_address(entry: _Entry, records: DataFrame) -> DataFrame:
    stale = entry.happens("former_address", entry.dials.former_address_share)
    records = records.withColumn("is_stale_address", stale)
    before = {"address_line": "before_line", "city": "before_city", "zip3": "before_zip3"}
    return records.withColumns(
        {now: F.when(F.col("is_stale_address"), F.col(then)).otherwise(F.col(now)) for now, then in before.items()}
    )


def _with_typos(entry: _Entry, records: DataFrame) -> DataFrame:
    """One typing error in a cell, each cell on its own."""
    # Where and which error is settled first, in columns of their own: repeated inside one expression, they would
    # cost more to plan than to run.
    places = {}
    at = F.locate("@", F.col("email"))
    # Only the local part of an address, so that the domain stays a reserved one.
    lengths = {**{name: F.length(name) for name in _TEXTS}, "email": at - F.lit(1)}
    for name in (*_TEXTS, "email", "phone"):
        places[f"typo_{name}"] = entry.happens(f"typo/{name}", entry.dials.typo_share)
        places[f"unit_{name}"] = entry.d.unit(f"typo_at/{name}", _KEY)
    records = records.withColumns(places)
    for name, length in lengths.items():
        room = F.greatest(length - F.lit(1), F.lit(1)).cast("bigint")
        places[f"place_{name}"] = F.pmod(F.col(f"unit_{name}"), room).cast("int") + F.lit(1)
    # Only the last four characters of a phone: they are digits in every format, and the area code stays as it is.
    last_four = F.pmod(F.col("unit_phone"), F.lit(4).cast("bigint")).cast("int")
    places["place_phone"] = F.length("phone") - F.lit(3) + last_four
    records = records.withColumns({name: value for name, value in places.items() if name.startswith("place_")})
    changed = {name: _mistyped(name, F.shiftright(f"unit_{name}", 24)) for name in lengths}
    changed["phone"] = _mistyped("phone", F.lit(3).cast("bigint"))
    return records.withColumns(
        {
            name: F.when(F.col(f"typo_{name}") & (F.length(name) > 2), wrong).otherwise(F.col(name))
            for name, wrong in changed.items()
        }
    )


_TEXTS = ("first_name", "last_name", "address_line", "city")


def _mistyped(name: str, kind: Column) -> Column:
    """The text with the character at ``place_<name>`` dropped, doubled, swapped with the next, or a neighbour key."""
    text, place = F.col(name), F.col(f"place_{name}")
    here, after = text.substr(place, F.lit(1)), text.substr(place + F.lit(1), F.lit(1))
    kind = F.pmod(kind, F.lit(4).cast("bigint"))
    middle = (
        F.when(kind == 0, after)
        .when(kind == 1, F.concat(here, here, after))
        .when(kind == 2, F.concat(after, here))
        .otherwise(F.concat(F.translate(here, _KEYS, _NEIGHBOURS), after))
    )
    return F.concat(text.substr(F.lit(1), place - F.lit(1)), middle, text.substr(place + F.lit(2), F.length(text)))


def _with_swapped_names(entry: _Entry, records: DataFrame) -> DataFrame:
    swapped = entry.happens("swapped_names", entry.dials.swapped_names_share)
    records = records.withColumn("is_swapped", swapped)
    return records.withColumns(
        {
            "first_name": F.when(F.col("is_swapped"), F.col("last_name")).otherwise(F.col("first_name")),
            "last_name": F.when(F.col("is_swapped"), F.col("first_name")).otherwise(F.col("last_name")),
        }
    )


def _with_blanks(entry: _Entry, records: DataFrame) -> DataFrame:
    """Empty cells, but for the one a system cannot do without; city and zip3 go with the address line."""
    blank = {}
    for name, share in entry.dials.missing_shares.items():
        sure = [system for system, column in ALWAYS_THERE.items() if column == name]
        missing = entry.d.chance(f"missing/{name}", share, _KEY)
        blank[name] = missing & ~F.col("source_system").isin(*sure) if sure else missing
    blank |= {"city": blank["address_line"], "zip3": blank["address_line"]}
    return records.withColumns({name: F.when(~gone, F.col(name)) for name, gone in blank.items()})


def _with_updated_ts(config: GenerationConfig, entry: _Entry, records: DataFrame) -> DataFrame:
    """Within the audience lookback; what is outdated was touched in its first half."""
    span = config.audience_config.lookback_days * DAY
    stale = F.col("is_stale_name") | F.col("is_stale_address")
    room = F.when(stale, F.lit(span // 2).cast("bigint")).otherwise(F.lit(span).cast("bigint"))
    seconds = F.lit(1_000_000).cast("bigint")
    at = entry.d.below("updated", F.call_function("div", room, seconds), _KEY) * seconds
    return records.withColumn("updated_ts", F.timestamp_micros(F.lit(start_micros(config)).cast("bigint") + at))
