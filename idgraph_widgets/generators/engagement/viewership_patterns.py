"""Table 5: viewership_patterns, engagements per person and content category."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, Lookup, code_in, count_distinct, numbered_groups, order_by
from idgraph_widgets.draws import SCALE
from idgraph_widgets.generators import clocks
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.content_engagements import ENGAGEMENT_TYPES

_COUNTED = ("view", "click", "share", "complete")


def make(context: Context, households: Columns, content_engagements: Columns) -> Columns:
    """Add up the engagements of a part: columns of the table, one row per person and category with any, by rising key.

    Parameters
    ----------
    context : Context
    households : Columns
        Table 1, for the local time of the asserted persons.
    content_engagements : Columns
        Table 4, in any order.
    """
    events = _by_person_and_category(context, content_engagements)
    starts, group = numbered_groups(events.individual_id, events.category)
    count = np.diff(np.append(starts, len(events)))
    types = _counts(group, code_in(events.engagement_type, ENGAGEMENT_TYPES), len(ENGAGEMENT_TYPES))
    home = Lookup(households.household_id)[ids.household_of(events.individual_id)]
    offset = clocks.offsets(context, households.state)[home]
    t = events.engagement_ts
    days = clocks.day_index(context, t)
    parts = np.rint(events.completion_rate * SCALE).astype(np.int64)
    person, category = events.individual_id[starts], events.category[starts]
    return Columns(
        pattern_id=ids.pattern_id(person, category),
        individual_id=person,
        content_category=Coded(category.astype(np.int32), _categories(context)),
        engagement_count=count,
        **{f"{name}_count": types[:, ENGAGEMENT_TYPES.index(name)] for name in _COUNTED},
        total_seconds=_reduced(np.add, events.duration_seconds, starts),
        avg_completion_rate=_reduced(np.add, parts, starts) / (count * SCALE),
        active_days=count_distinct(group, days, len(starts), (context.end - context.start) // DAY),
        primary_device_type=_most_frequent(group, events.device_type, len(starts)),
        primary_daypart=_most_frequent(group, clocks.daypart(context, t, offset), len(starts)),
        first_engaged_ts=_reduced(np.minimum, t, starts),
        last_engaged_ts=_reduced(np.maximum, t, starts),
    )


def _categories(context: Context) -> tuple[str, ...]:
    return tuple(sorted(context.config.engagement_config.category_weights))


def _by_person_and_category(context: Context, events: Columns) -> Columns:
    """The engagements in that order, with ``category``: position in alphabetical order."""
    category = code_in(events.content_category, _categories(context)).astype(np.int16)
    names = ("individual_id", "engagement_type", "device_type", "engagement_ts", "duration_seconds", "completion_rate")
    order = order_by(events.individual_id, category)
    return events.select(*names).with_columns(category=category.astype(np.int64)).take(order)


def _reduced(function: np.ufunc, values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The values of each run from `starts` to the next, reduced to one."""
    return function.reduceat(values, starts) if len(starts) else values[:0]


def _counts(group: np.ndarray, code: np.ndarray, codes: int) -> np.ndarray:
    """Rows of each group by code: int64, shape (groups, codes)."""
    groups = int(group[-1]) + 1 if len(group) else 0
    return np.bincount(group * codes + code, minlength=groups * codes).reshape(groups, codes)


def _most_frequent(group: np.ndarray, column: Coded, groups: int) -> Coded:
    """The text that most rows of each group have; ties go to the alphabetically first."""
    words = tuple(sorted(column.words))
    counts = _counts(group, code_in(column, words), len(words))
    return Coded(counts.argmax(axis=1).astype(np.int32).reshape(groups), words)
