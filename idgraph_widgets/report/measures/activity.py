"""When people engage, how unevenly, and with what."""

from __future__ import annotations

import pandas as pd

from idgraph_widgets.report.measures import cubes
from idgraph_widgets.report.measures.query import ask, once_per_dataset

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def heat_map(dataset, device_type: str | None = None) -> pd.DataFrame:
    """Engagements by local weekday and hour.

    Parameters
    ----------
    dataset : Dataset
    device_type : str, optional
        Only those on this kind of device.

    Returns
    -------
    DataFrame, shape (7, 24)
        Rows are weekdays from Monday (0), columns hours from midnight; cells are numbers of engagements.
    """
    hours = cubes.engagements_by_hour(dataset)
    if device_type is not None:
        hours = hours[hours.device_type == device_type]
    table = hours.pivot_table(index="weekday", columns="hour", values="events", aggfunc="sum", fill_value=0)
    return table.reindex(index=range(7), columns=range(24), fill_value=0).astype("int64")


@once_per_dataset
def activity_tail(dataset) -> pd.DataFrame:
    """How many people have at least so many engagements.

    Returns
    -------
    DataFrame
        ``engagements``, ``people`` (with exactly so many), ``at_least`` (share of all people with so many or
        more); people without any are the row 0.
    """
    found = ask(
        dataset,
        """select n as engagements, count(*) as people from (
          select count(*) as n from content_engagements group by individual_id) a group by n""",
    )
    everybody = int(cubes.people_by_age(dataset).people.sum())
    idle = pd.DataFrame({"engagements": [0], "people": [everybody - int(found.people.sum())]})
    found = pd.concat([idle, found]).sort_values("engagements", ignore_index=True).astype("int64")
    found["at_least"] = found.people[::-1].cumsum()[::-1] / max(everybody, 1)
    return found


@once_per_dataset
def content_popularity(dataset) -> pd.DataFrame:
    """Engagements of items of content by rank.

    Returns
    -------
    DataFrame
        ``rank`` (1 is the most engaged item), ``engagements``, ``is_live``; at most 400 ranks, evenly spaced
        in the logarithm, the first forty all.
    """
    found = ask(
        dataset,
        """select e.content_id, c.is_live, count(*) as engagements
        from content_engagements e join content_catalog c on e.content_id = c.content_id
        group by e.content_id, c.is_live order by engagements desc, e.content_id""",
    )
    found.insert(0, "rank", range(1, len(found) + 1))
    kept, last = [], 0
    for rank in found["rank"]:
        if rank <= 40 or rank >= last * 1.015 or rank == len(found):
            kept.append(rank - 1)
            last = rank
    return found.loc[kept, ["rank", "engagements", "is_live"]].reset_index(drop=True)


@once_per_dataset
def segment_sizes(dataset) -> pd.DataFrame:
    """Audience segments by size.

    Returns
    -------
    DataFrame
        ``segment_id``, ``segment_name``, ``segment_type``, ``people``, ``share`` (of adults); the biggest
        first, segments without anybody included.
    """
    found = ask(
        dataset,
        """select r.segment_id, r.segment_name, r.segment_type, coalesce(a.people, 0) as people
        from segment_rules r left join (
          select segment_id, count(*) as people from audience_attributes group by segment_id
        ) a on r.segment_id = a.segment_id order by people desc, r.segment_id""",
    )
    ages = cubes.people_by_age(dataset)
    found["share"] = found.people / max(1, int(ages[ages.age >= 18].people.sum()))
    return found
