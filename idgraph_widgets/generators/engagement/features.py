"""The row per adult that segment rules speak about; `idgraph_widgets.config.segments` says what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from idgraph_widgets.arrays import Columns, Lookup, Nullable, code_in, count_distinct, sum_by
from idgraph_widgets.config.segments import slug
from idgraph_widgets.generators import clocks
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.engagement.rule_sql import Kind
from idgraph_widgets.schema import households, ids, individuals
from idgraph_widgets.schema.content_catalog import CONTENT_CATEGORIES
from idgraph_widgets.schema.individuals import ADULT_AGE
from idgraph_widgets.schema.table import Table

_OF_PERSON = ("age", "gender", "education", "employment_status", "role")
_OF_HOME = (
    "household_size", "household_type", "has_children", "annual_income", "state", "census_region", "county_size_class",
)  # fmt: skip
_OF_IDENTIFIERS = ("devices", "ctv_ids", "mobile_ids", "cookies")
_OF_EVENTS = (
    "events", "clicks", "seconds", "active_days", "video_seconds", "audio_events", "game_events", "live_events",
    "ctv_events", "mobile_events", "desktop_events",
)  # fmt: skip
_OF_CATEGORIES = {slug(category): category for category in CONTENT_CATEGORIES}


def _kinds(table: Table, names: Iterable[str]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {"string": "text", "boolean": "flag", "int": "whole", "bigint": "whole"}
    return {name: kinds[table.column(name).type] for name in names}


FEATURES: Mapping[str, Kind] = {
    **_kinds(individuals.TABLE, _OF_PERSON),
    **_kinds(households.TABLE, _OF_HOME),
    **dict.fromkeys((*_OF_IDENTIFIERS, *_OF_EVENTS), "whole"),
    **{f"{what}_{name}": "whole" for name in _OF_CATEGORIES for what in ("events", "clicks")},
}
"""The columns a rule may use, and what they hold."""


def adults(
    context: Context,
    wanted: set[str],
    households: Columns,
    individuals: Columns,
    identity_mappings: Columns,
    content_engagements: Columns,
) -> Columns:
    """One row per adult: ``individual_id`` and the wanted columns among `FEATURES`.

    Parameters
    ----------
    context : Context
    wanted : set of str
    households, individuals, identity_mappings, content_engagements : Columns
        Tables 1-4 of the same people.
    """
    adult = np.flatnonzero(individuals.age >= ADULT_AGE)
    person = individuals.select("individual_id", *(name for name in _OF_PERSON if name in wanted)).take(adult)
    home = Lookup(households.household_id)[ids.household_of(person.individual_id)]
    homes = households.select("household_id", *(name for name in _OF_HOME if name in wanted)).take(home)
    # Nothing but the first days of the window counts, so that nobody's segments change as it grows.
    until = context.start + context.config.audience_config.lookback_days * DAY
    place, people = Lookup(individuals.individual_id), len(individuals)
    seen = identity_mappings.select("individual_id", "device_id", "identifier_type").where(
        identity_mappings.first_seen_ts < until
    )
    counts = _of_identifiers(wanted, seen, place[seen.individual_id], people)
    names = ("engagement_ts", "duration_seconds", "content_category", "content_type", "engagement_type", "device_type")
    acts = content_engagements.select("individual_id", *names).where(content_engagements.engagement_ts < until)
    counts |= _of_events(context, wanted, acts, place[acts.individual_id], people)
    return person.with_columns(
        **{name: homes[name] for name in homes.names}, **{name: values[adult] for name, values in counts.items()}
    )


def _of_identifiers(wanted: set[str], seen: Columns, person: np.ndarray, people: int) -> dict[str, np.ndarray]:
    """Devices and rows per person, of identifiers first seen in the lookback."""
    types = {"ctv_ids": ("ctv_id",), "mobile_ids": ("idfa", "gaid"), "cookies": ("cookie",)}
    found = {
        name: _count(person, seen.identifier_type.isin(of), people) for name, of in types.items() if name in wanted
    }
    if "devices" in wanted:
        device = seen.device_id
        if isinstance(device, Nullable):
            person, device = person[device.valid], device.values[device.valid]
        found["devices"] = count_distinct(person, device, people, (1 << ids.DEVICE_BITS) + 1)
    return found


def _of_events(
    context: Context, wanted: set[str], acts: Columns, person: np.ndarray, people: int
) -> dict[str, np.ndarray]:
    """Engagements per person in the lookback."""
    click, kind, device = acts.engagement_type == "click", acts.content_type, acts.device_type
    conditions = {
        "events": np.ones(len(acts), bool),
        "clicks": click,
        "audio_events": kind == "audio",
        "game_events": kind == "game",
        "live_events": kind == "live",
        "ctv_events": device == "ctv",
        "mobile_events": device.isin(("mobile", "tablet")),
        "desktop_events": device == "desktop",
    }
    found = {name: _count(person, holds, people) for name, holds in conditions.items() if name in wanted}
    found |= _sums(wanted, acts, person, people)
    if "active_days" in wanted:
        day, days = clocks.day_index(context, acts.engagement_ts), context.config.audience_config.lookback_days
        found["active_days"] = count_distinct(person, day, people, days)
    categories = tuple(_OF_CATEGORIES.values())
    cell = person * len(categories) + code_in(acts.content_category, categories)
    for what, cells in (("events", cell), ("clicks", cell[click])):
        counts = np.bincount(cells, minlength=people * len(categories)).reshape(people, len(categories))
        found |= {f"{what}_{name}": counts[:, i] for i, name in enumerate(_OF_CATEGORIES) if f"{what}_{name}" in wanted}
    return found


def _sums(wanted: set[str], acts: Columns, person: np.ndarray, people: int) -> dict[str, np.ndarray]:
    """Seconds per person, of all events and of video and live."""
    watched = np.where(acts.content_type.isin(("video", "live")), acts.duration_seconds, 0)
    sums = sum_by(Columns(person=person, seconds=acts.duration_seconds, video_seconds=watched), "person")
    found: dict[str, np.ndarray] = {}
    for name in ("seconds", "video_seconds"):
        if name in wanted:
            found[name] = np.zeros(people, np.int64)
            found[name][sums.person] = sums[name]
    return found


def _count(person: np.ndarray, holds: np.ndarray, people: int) -> np.ndarray:
    return np.bincount(person[holds], minlength=people)
