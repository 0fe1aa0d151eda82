"""What advertising tables share: channels, what each may use, and the plan of a campaign in integers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, code_in, coded
from idgraph_widgets.config.placements import SESSION_CHANNELS, completion, viewability
from idgraph_widgets.draws import SCALE, hashed_keys
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.wants.advertisers import advertisers
from idgraph_widgets.generators.wants.periods import periods
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.campaign_exposures import PLACEMENT_NAMES
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES, CAP_SCOPES, CHANNELS, COMPLETION_CHANNELS
from idgraph_widgets.schema.identity_mappings import DEVICE_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idgraph_widgets.config import GenerationConfig

IDENTIFIER, PERSON, HOUSEHOLD = (CAP_SCOPES.index(s) for s in ("identifier", "person", "household"))
"""Codes of the cap scopes."""

TYPE_BITS = {"cookie": 1, "idfa": 2, "gaid": 4, "ctv_id": 8, "email": 16}
DEVICES = TYPE_BITS["cookie"] | TYPE_BITS["idfa"] | TYPE_BITS["gaid"]
"""Bits of identifiers of phones, tablets and computers."""

USABLE = {
    "search": DEVICES,
    "social": DEVICES,
    "display": DEVICES,
    "video": DEVICES | TYPE_BITS["ctv_id"],
    "audio": DEVICES | TYPE_BITS["ctv_id"],
    "ctv": TYPE_BITS["ctv_id"],
    "email": TYPE_BITS["email"],
}
"""Identifier types a channel can address, as bits of `TYPE_BITS`."""


_NO_DEVICE = len(DEVICE_TYPES)

_WHOLE = 0.85
"""Of visits that begin with a search, those whose purchases, if any, come soon enough for the ad to take them."""


@dataclass(frozen=True)
class Channels:
    """What the configuration says of channels, in the order of ``CHANNELS``.

    Attributes
    ----------
    click_e12 : ndarray of int64
        Clicks per impression out of curiosity, in millionths of a millionth; 0 where ads cannot be clicked.
    is_clickable : ndarray of bool
    view_e4, complete_e4 : ndarray of int64, shape (channels, placements, devices + 1)
        Ten-thousandths of impressions that are viewable, and played to the end (-1 where ads do not play), by
        placement and device; the last is none.
    """

    click_e12: np.ndarray
    is_clickable: np.ndarray
    view_e4: np.ndarray
    complete_e4: np.ndarray


def prepare(config: GenerationConfig) -> Channels:
    """Rates of channels, by placement and device."""
    cfg = config.campaign_config
    rates = {c: cfg.click_through_rates.get(c, 0.0) for c in CHANNELS}
    searched = max(0.0, rates["search"] - _captured_searches(config))
    curious = {**rates, "search": searched}
    return Channels(
        click_e12=np.array([round(curious[c] * 10**12) for c in CHANNELS], np.int64),
        is_clickable=np.array([rates[c] > 0 for c in CHANNELS]),
        view_e4=_by_place(viewability, cfg.viewability, 1.0),
        complete_e4=_by_place(completion, {c: cfg.completion_rates[c] for c in COMPLETION_CHANNELS}, None),
    )


def _captured_searches(config: GenerationConfig) -> float:
    """Of searches that an ad answers, about how many lead to the advertiser's site anyway: they are clicked, too."""
    cfg = config.campaign_config
    pool = advertisers(config)
    led = cfg.organic_visits_per_person_90_days / 90 * cfg.search_visit_share / len(pool)
    # For a category, which several of them may sell.
    sold = {row["ad_product_category"] for row in pool}
    other = cfg.intents_at_a_time * cfg.searches_per_week / 7 / len(sold)
    return _WHOLE * led / (led + other) if led else 0.0


def _by_place(rate: Callable[..., float], usual: Mapping[str, float], default: float | None) -> np.ndarray:
    devices = (*DEVICE_TYPES, None)
    return np.array(
        [
            [
                [-1 if value is None else round(rate(value, c, place, device) * SCALE) for device in devices]
                for place in PLACEMENT_NAMES
            ]
            for c, value in ((c, usual.get(c, default)) for c in CHANNELS)
        ],
        np.int64,
    )


def device_index(device_type: Coded) -> np.ndarray:
    """Position of a type of device in the tables of `Channels`."""
    found = code_in(device_type, DEVICE_TYPES).astype(np.int64)
    return np.where(found < 0, _NO_DEVICE, found)


def _by_channel(values: dict[str, int]) -> np.ndarray:
    return np.array([values[channel] for channel in CHANNELS], np.int64)


def check_keys(config: GenerationConfig) -> None:
    """Raise ConfigError where the window has more campaigns than exposure and response keys can number."""
    campaigns = periods(config) * config.campaign_config.campaigns_per_period
    per_campaign = ids.MAX_HOUSEHOLDS * ids.EXPOSURES_PER_HOME
    room = (1 << ids.RESPONSE_BITS) // (ids.RESPONSE_TYPES * ids.ORIGINS * per_campaign)
    if campaigns > room:
        raise ConfigError(
            f"campaign_config.campaigns_per_period: {campaigns} campaigns in the window; at most {room} can be "
            f"numbered. Lower campaigns_per_period or shorten the window."
        )


def campaign_plan(context: Context, campaigns: Columns) -> Columns:
    """One row per campaign, in the order of `campaigns`, with everything exposures and responses need, as integers.

    Money is in millionths of a USD, times in microseconds, chances as thresholds of a unit draw.

    Returns
    -------
    Columns
        ``campaign_id``, ``advertiser_id``, ``segment_id`` (coded text), ``category`` (position in
        ``AD_PRODUCT_CATEGORIES``), ``campaign_index`` (number in the window), ``channel_code`` (position in
        ``CHANNELS``), ``in_sessions`` and ``has_session`` (impressions happen in sessions, and belong to them),
        ``scope`` (`IDENTIFIER`, `PERSON` or `HOUSEHOLD`), ``daily`` and ``weekly`` (caps), ``usable`` (bits of
        `TYPE_BITS`), ``reach_e4`` (ten-thousandths), ``start_us``, ``flight_us`` (length), ``click_limit`` (0 where ads
        are not clicked), ``impression_micro``, ``click_micro`` (usual price of an impression and of a click),
        ``household_micro`` (budget per household) and ``window_us`` (attribution window).
    """
    channels = context.of(prepare)
    channel = code_in(campaigns.channel, CHANNELS).astype(np.int64)
    start = campaigns.start_date * DAY
    flight = campaigns.end_date * DAY - start
    bid = campaigns.bid_price * 10  # cents per 1000 impressions in millionths per impression
    is_cpc = campaigns.pricing_model == "cpc"
    period, number = ids.campaign_period(campaigns.campaign_id)
    return Columns(
        campaign_id=campaigns.campaign_id,
        advertiser_id=campaigns.advertiser_id,
        segment_id=coded(campaigns.target_segment_id),
        campaign_index=period * context.config.campaign_config.campaigns_per_period + number,
        channel_code=channel,
        category=code_in(campaigns.ad_product_category, AD_PRODUCT_CATEGORIES).astype(np.int64),
        in_sessions=np.array([c in SESSION_CHANNELS or c == "social" for c in CHANNELS])[channel],
        has_session=np.array([c in SESSION_CHANNELS for c in CHANNELS])[channel],
        scope=code_in(campaigns.frequency_cap_scope, CAP_SCOPES).astype(np.int64),
        daily=campaigns.frequency_cap_daily,
        weekly=campaigns.frequency_cap_weekly,
        usable=_by_channel(USABLE)[channel],
        reach_e4=np.rint(campaigns.reach_share * SCALE).astype(np.int64),
        start_us=start,
        flight_us=flight,
        click_limit=channels.is_clickable[channel].astype(np.int64),
        impression_micro=np.where(is_cpc, 0, bid),
        click_micro=np.where(is_cpc, bid * 1_000, 0),
        household_micro=campaigns.budget_per_1000_households * 10,
        window_us=campaigns.attribution_window_days * DAY,
    )


def held_out(context: Context, campaign_id: np.ndarray, household_id: np.ndarray) -> np.ndarray:
    """Whether households are kept from seeing a campaign: a draw of its own per pair."""
    share = context.config.campaign_config.holdout_share
    return context.draws("campaign_holdouts").chance("held_out", share, hashed_keys(campaign_id, household_id))


def ramped_up(context: Context, exposure: np.ndarray, elapsed: np.ndarray) -> np.ndarray:
    """Whether exposures are delivered: all but on the first days, when delivery grows day by day.

    Parameters
    ----------
    context : Context
    exposure : ndarray of uint64
        Hashes (`chain`) of their keys.
    elapsed : ndarray of int64
        Microseconds since the flight's start.
    """
    days = context.config.campaign_config.ramp_up_days
    delivered = np.ones(len(elapsed), bool)
    early = np.flatnonzero(elapsed < days * DAY)
    share = (elapsed[early] // DAY + 1) * SCALE // (days + 1)
    delivered[early] = context.draws("campaign_exposures").chance_in_scale("ramp_up", share, exposure[early])
    return delivered
