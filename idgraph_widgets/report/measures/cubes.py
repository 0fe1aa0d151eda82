"""Small group-bys that several measures read: one pass over a table each, few rows back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets import reference
from idgraph_widgets.report.measures.query import ask, once_per_dataset

if TYPE_CHECKING:
    import pandas as pd


@once_per_dataset
def households_by_state(dataset) -> pd.DataFrame:
    """``state``, ``households``, ``people``, ``income`` (sum of annual income, USD)."""
    return ask(
        dataset,
        """select state, count(*) as households, sum(cast(household_size as bigint)) as people,
          sum(annual_income) as income from households group by state order by state""",
    )


@once_per_dataset
def people_by_age(dataset) -> pd.DataFrame:
    """``age``, ``gender``, ``people``."""
    return ask(dataset, "select age, gender, count(*) as people from individuals group by age, gender")


@once_per_dataset
def identifiers_by_kind(dataset) -> pd.DataFrame:
    """Mappings by kind.

    ``identifier_type``, ``device_type``, ``platform``, ``browser``, ``cookie_scope``, ``att_status``, ``match_type``,
    ``is_shared`` and ``relation`` (from the truth): ``mappings``.
    """
    names = (
        "m.identifier_type, m.device_type, m.platform, m.browser, m.cookie_scope, m.att_status, "
        "m.match_type, m.is_shared, t.relation"
    )
    return ask(
        dataset,
        f"""select {names}, count(*) as mappings
        from identity_mappings m join truth_identity t on m.mapping_id = t.mapping_id group by {names}""",
    )


@once_per_dataset
def engagements_by_hour(dataset) -> pd.DataFrame:
    """``device_type``, ``weekday`` (0 = Monday), ``hour`` (0..23), ``events``; local standard time of the home."""
    offsets = " ".join(
        f"when '{row['state']}' then {row['utc_offset_minutes'] * 60}" for row in reference.state_geography()
    )
    # 1970-01-01 was a Thursday: three days after a Monday.
    return ask(
        dataset,
        f"""select device_type, pmod(local div 86400 + 3, 7) as weekday, pmod(local div 3600, 24) as hour,
          count(*) as events
        from (
          select e.device_type, unix_micros(e.engagement_ts) div 1000000
            + cast(case h.state {offsets} end as bigint) as local
          from content_engagements e join households h on e.individual_id div 16 = h.household_id
        ) as timed
        group by device_type, pmod(local div 86400 + 3, 7), pmod(local div 3600, 24)""",
    )


@once_per_dataset
def exposures_by_channel(dataset) -> pd.DataFrame:
    """``channel``, ``impressions``, ``viewable``."""
    return ask(
        dataset,
        """select c.channel, count(*) as impressions,
          sum(case when x.is_viewable then 1 else 0 end) as viewable
        from campaign_exposures x join campaigns c on x.campaign_id = c.campaign_id
        group by c.channel order by c.channel""",
    )


@once_per_dataset
def responses_by_kind(dataset) -> pd.DataFrame:
    """Responses by kind.

    ``channel`` (null if organic), ``conversion_path``, ``response_type``, ``after`` (the parent's type, or none),
    ``responses``, ``revenue`` (USD).
    """
    names = "c.channel, r.conversion_path, r.response_type, coalesce(p.response_type, 'none')"
    return ask(
        dataset,
        f"""select c.channel, r.conversion_path, r.response_type,
          coalesce(p.response_type, 'none') as after, count(*) as responses,
          coalesce(sum(r.revenue), 0) as revenue
        from response_events r left join campaigns c on r.campaign_id = c.campaign_id
        left join response_events p on r.parent_response_id = p.response_id
        group by {names}""",
    )
