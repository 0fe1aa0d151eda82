"""How broad the segments are that campaigns target, and how thinly a campaign spreads over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.draws import SCALE

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig

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
"""Adults in a segment at the default configuration, in ten-thousandths (measured on 100 000 households)."""

_MIDDLE = 800
_BEND = 0.75
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
