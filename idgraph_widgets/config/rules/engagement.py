"""Engagement, and the audiences that follow from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from idgraph_widgets.config.problems import Problem
from idgraph_widgets.config.rules.registry import rule
from idgraph_widgets.config.session_model import MOST_SESSIONS_PER_WEEK, SESSION_LIMIT, most_clicks


@rule("EngagementConfig", "click_share", "share_share", "events_per_session")
def _clicks_follow_views(engagement: Any) -> Iterator[Problem]:
    together, most = engagement.click_share + engagement.share_share, most_clicks(engagement.events_per_session)
    if together > most:
        yield Problem(
            "click_share",
            f"{engagement.click_share:g} clicks and {engagement.share_share:g} shares",
            f"together at most {most:.3g} with {engagement.events_per_session:g} events per session, because each "
            "follows a view in its session",
            "Lower one of them, or raise events_per_session." if most < most_clicks(4) else "Lower one of them.",
        )


@rule("EngagementConfig", "live_event_share", "events_per_session", "content_type_weights")
def _bursts_are_live(engagement: Any) -> Iterator[Problem]:
    live = engagement.content_type_weights.get("live", 0.0)
    most = math.floor(live * engagement.events_per_session * 1000) / 1000
    # Without any live content there are no bursts; with some there are as many as were asked for.
    if live > 0 and engagement.live_event_share > most:
        yield Problem(
            "live_event_share",
            f"{engagement.live_event_share:g} with {live:g} of engagements on live content",
            f"at most {most:g} then, because the first of the {engagement.events_per_session:g} events of a session "
            "in a burst is live",
            f"Lower it to at most {most:g} or raise content_type_weights.live.",
        )


@rule("EngagementConfig", "events_per_person_day", "events_per_session")
def _sessions_fit(engagement: Any) -> Iterator[Problem]:
    most = math.floor(MOST_SESSIONS_PER_WEEK * engagement.events_per_session / 7 * 100) / 100
    if engagement.events_per_person_day > most:
        yield Problem(
            "events_per_person_day",
            f"{engagement.events_per_person_day:g} with {engagement.events_per_session:g} events per session",
            f"at most {most:g} with so few events per session, because nobody has more than {SESSION_LIMIT} sessions a "
            "week on average",
            f"Lower it to at most {most:g}, or raise events_per_session.",
        )


@rule("AudienceConfig", "lookback_days", "frequent_min_active_days")
def _active_days_fit(audience: Any) -> Iterator[Problem]:
    if audience.frequent_min_active_days > audience.lookback_days:
        yield Problem(
            "frequent_min_active_days",
            f"{audience.frequent_min_active_days} days in a lookback of {audience.lookback_days}",
            f"1 to {audience.lookback_days}",
            f"Lower it to at most {audience.lookback_days} or raise lookback_days.",
        )


@rule("AudienceConfig", "lookback_days", "heavy_viewer_min_seconds")
def _viewing_fits(audience: Any) -> Iterator[Problem]:
    most = audience.lookback_days * 86_400
    if audience.heavy_viewer_min_seconds > most:
        yield Problem(
            "heavy_viewer_min_seconds",
            f"{audience.heavy_viewer_min_seconds:,} seconds in a lookback of {most:,}",
            f"1 to {most:,}",
            f"Lower it to at most {most:,} or raise lookback_days.",
        )
