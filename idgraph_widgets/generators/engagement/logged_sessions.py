"""Sessions as table 4 logs them: who was where, from when to when, with which publisher; what ads are shown in."""

from __future__ import annotations

import numpy as np

from idgraph_widgets.arrays import Columns, group_starts

_OF_FIRST_EVENT = (
    "session_id", "individual_id", "mapping_id", "device_type", "ip_address", "publisher", "app_or_site",
)  # fmt: skip

_SECOND = 1_000_000


def make(content_engagements: Columns) -> Columns:
    """The sessions of a part, a function of its rows of table 4 alone.

    Parameters
    ----------
    content_engagements : Columns
        Table 4 by rising key, as `engagements.make` gives it: the events of a session lie side by side, in time order,
        none begins before the one before has ended.

    Returns
    -------
    Columns
        One row per session, by rising ``session_id``; ``individual_id`` (asserted), ``mapping_id``, ``device_type`` and
        ``ip_address``, which are those of all its events; ``publisher`` and ``app_or_site`` of its first event, with
        which it mostly stays; ``begins`` and ``ends`` (microseconds since 1970: start of the first event, end of the
        last, which may lie after the end of the window); ``row`` and ``events``: its events are the rows ``row`` to
        ``row + events - 1`` of the table, where content, publisher and time of each are found.
    """
    events = content_engagements
    row = group_starts(events.session_id)
    count = np.diff(np.append(row, len(events)))
    last = row + count - 1
    return (
        events.select(*_OF_FIRST_EVENT)
        .take(row)
        .with_columns(
            begins=events.engagement_ts[row],
            ends=events.engagement_ts[last] + events.duration_seconds[last] * _SECOND,
            row=row,
            events=count,
        )
    )
