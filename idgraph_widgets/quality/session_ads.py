"""Promises of ads that are seen in sessions: at what, when and how often."""

from __future__ import annotations

from idgraph_widgets.config.placements import SESSION_CHANNELS
from idgraph_widgets.quality.checks import DAY_US, Check, Context, Scan
from idgraph_widgets.quality.sql import one_of

KEY = ("exposure_id",)

_END = "unix_micros(engagement_ts) + cast(duration_seconds as bigint) * 1000000"

_VIEWS = f"""
select x.exposure_id, x.session_id, x.content_id, x.mapping_id, x.publisher, x.app_or_site, x.exposure_ts, c.channel,
  v.view_mapping, v.view_publisher, v.view_place, v.view_from, v.view_to
from {{campaign_exposures}} x
left join {{campaigns}} c on x.campaign_id = c.campaign_id
left join (
  select session_id as view_session, content_id as view_content, min(mapping_id) as view_mapping,
    min(publisher) as view_publisher, min(app_or_site) as view_place, min(unix_micros(engagement_ts)) as view_from,
    max({_END}) as view_to
  from {{content_engagements}}
  where session_id in (select session_id from {{campaign_exposures}} where session_id is not null)
  group by session_id, content_id
) v on x.session_id = v.view_session and x.content_id = v.view_content
"""

_SOCIAL = f"""
with days as (
  select s.individual_id, s.begins, s.ends, s.begins div {DAY_US} + after.midnight as day
  from (
    select individual_id, session_id, min(unix_micros(engagement_ts)) as begins, max({_END}) as ends
    from {{content_engagements}} where individual_id in (select individual_id from {{campaign_exposures}})
    group by individual_id, session_id
  ) s cross join (select 0 as midnight union all select 1 as midnight) after
  where s.begins div {DAY_US} + after.midnight <= s.ends div {DAY_US}
),
social as (
  select x.exposure_id, x.individual_id, unix_micros(x.exposure_ts) as at_us
  from {{campaign_exposures}} x join {{campaigns}} c on x.campaign_id = c.campaign_id where c.channel = 'social'
)
select x.exposure_id, x.individual_id,
  max(case when x.at_us >= s.begins and x.at_us <= s.ends then 1 else 0 end) as is_online
from social x left join days s on x.individual_id = s.individual_id and x.at_us div {DAY_US} = s.day
group by x.exposure_id, x.individual_id
"""

_IN_A_SESSION = """
select campaign_id, session_id, count(*) as shown from {campaign_exposures}
where session_id is not null group by campaign_id, session_id
"""


def queries(_context: Context) -> list[Scan]:
    """Ads with what they are shown with, social ads with the sessions of that day, and ads by campaign and session."""
    return [Scan(_VIEWS, tuple(_views())), Scan(_SOCIAL, (_online(),)), Scan(_IN_A_SESSION, (_twice(),))]


def _views() -> list[Check]:
    in_sessions = one_of("channel", SESSION_CHANNELS)
    return [
        Check(
            "exposures.session_of_channel",
            "session_id and content_id are there exactly for display, video, ctv and audio.",
            (*KEY, "channel", "session_id", "content_id"),
            holds=f"(session_id is not null) = ({in_sessions}) and (content_id is not null) = ({in_sessions})",
            given="channel is not null",
        ),
        Check(
            "exposures.in_session",
            "What has a session lies in one of that identifier, between the first start and the last end of a view of"
            " the item that it is shown with, at its publisher.",
            (*KEY, "session_id", "content_id", "mapping_id", "publisher", "exposure_ts"),
            holds="view_mapping = mapping_id and view_publisher = publisher and view_place = app_or_site"
            " and unix_micros(exposure_ts) >= view_from and unix_micros(exposure_ts) <= view_to",
            given="session_id is not null",
        ),
    ]


def _online() -> Check:
    return Check(
        "exposures.social_online",
        "Social ads are seen within the time of a session of the person.",
        (*KEY, "individual_id"),
        holds="is_online = 1",
    )


def _twice() -> Check:
    return Check(
        "exposures.twice_in_session",
        "At most two impressions of a campaign happen in a session.",
        ("campaign_id", "session_id", "shown"),
        holds="shown <= 2",
    )
