"""What campaigns can deliver, from fixed tables, by which budgets are planned before anything is delivered.

How broad a segment is, how thinly a campaign spreads over it, and what its people's sessions, searches and mailboxes
have room for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.config.segments import enabled_segments

if TYPE_CHECKING:
    from idgraph_widgets.config.generation import GenerationConfig

SCALE = 10_000

TYPICAL_SHARES = {
    "3": 493, "4": 681, "5": 837, "6": 901, "7": 879, "8": 842, "9": 759, "10": 763, "11": 761, "12": 804,
    "13": 729, "14": 592, "15": 959, "49": 5038, "50": 4840, "IDG-AFFLUENT": 2687, "IDG-PARENTS": 2521,
    "IDG-RETIRED": 1961, "IDG-STUDENTS": 451, "IDG-CLICKERS": 754, "IDG-DESKTOP": 603, "IDG-FREQUENT": 687,
    "IDG-GAMERS": 744, "IDG-HEAVY-VIEWERS": 1374, "IDG-LISTENERS": 645, "IDG-LIVE-FANS": 353,
    "IDG-MOBILE-FIRST": 1181, "IDG-MULTI-DEVICE": 1869, "IDG-STREAMERS": 1403, "243": 168, "268": 229,
    "368": 286, "406": 174, "422": 228, "457": 272, "467": 1027, "534": 178, "606": 288, "607": 486,
    "676": 107,
    "687": 213, "719": 166, "733": 236, "805": 160, "919": 333, "942": 360, "1383": 354, "1400": 234,
    "1476": 225, "1618": 476, "1649": 167,
}  # fmt: skip
"""Adults in a segment at the default configuration, in ten-thousandths (measured on 100,000 households)."""

_MIDDLE = 800
_BEND = 0.25
_MOST = 0.95


def typical_share(segment_id: str) -> int:
    """Ten-thousandths of adults in a segment at the defaults; a middling one if it is not known."""
    return TYPICAL_SHARES.get(segment_id, _MIDDLE)


def planned_reach(config: GenerationConfig, segment_id: str) -> int:
    """Ten-thousandths of its eligible units a campaign on that segment sets out to reach.

    ``reach_share`` for a segment of 8 % of adults; more of a narrower and less of a broader one, because a
    budget buys people, not shares. It also keeps the volume of a dataset from hanging on whether one of its
    few dozen campaigns happens to target every second adult.
    """
    reach = config.campaign_config.reach_share
    most = max(_MOST, reach)  # who asks for everybody gets everybody, at least of narrow segments
    factor = (_MIDDLE / typical_share(segment_id)) ** _BEND
    # Six decimals before the last rounding: a platform's last bit cannot move it.
    return max(1, round(round(min(most, reach * factor), 6) * SCALE))


_IMPRESSIONS = {
    "search": 0.0106, "social": 0.0207, "display": 0.0152, "video": 0.0157, "ctv": 0.0068, "audio": 0.0044,
    "email": 0.0397,
}  # fmt: skip
"""Impressions a day and adult that a campaign sets out to reach, at the defaults, on a segment of usual activity
(medians of campaigns on 60,000 households)."""

_ACTIVE = {
    "IDG-DESKTOP": 2.0, "IDG-FREQUENT": 4.8, "IDG-LISTENERS": 4.6, "IDG-LIVE-FANS": 5.0, "IDG-MOBILE-FIRST": 2.6,
    "IDG-MULTI-DEVICE": 1.2, "IDG-STREAMERS": 2.2,
}  # fmt: skip
"""Impressions in sessions of a member, relative to an adult: who is in a segment for what was seen is seen more."""

_OF_INTERESTS = 3.3
"""The same for other segments that follow from behaviour."""

_ADULTS = 1.9
"""Adults of a household."""

_USUAL = {"impressions_per_view": 0.7, "searches": 0.6 * 5.0, "mailings_per_week": 2.0, "events_per_person_day": 0.19}
"""Defaults that the tables were measured at."""


def impressions_a_day(config: GenerationConfig, channel: str) -> float:
    """Impressions a day of a person whom a campaign sets out to reach, in a segment of usual activity."""
    cfg = config.campaign_config
    views = cfg.impressions_per_view / _USUAL["impressions_per_view"]
    if channel == "email":
        relative = cfg.mailings_per_week / _USUAL["mailings_per_week"]
    elif channel == "search":
        relative = views * cfg.intents_at_a_time * cfg.searches_per_week / _USUAL["searches"]
    else:
        relative = views * config.engagement_config.events_per_person_day / _USUAL["events_per_person_day"]
    return _IMPRESSIONS[channel] * relative


def daily_impressions(config: GenerationConfig, channel: str, segment_id: str) -> float:
    """Impressions a day that a campaign could deliver to 1000 households, about."""
    members = 1_000 * _ADULTS * typical_share(segment_id) / SCALE * planned_reach(config, segment_id) / SCALE
    found = members * impressions_a_day(config, channel)
    if channel in ("email", "search"):
        return found
    by_behaviour = enabled_segments(config).get(segment_id, "demographic") != "demographic"
    return found * _ACTIVE.get(segment_id, _OF_INTERESTS if by_behaviour else 1.0)
