"""What advertising tables share: channels, what each may use, and the plan of a campaign in integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns, code_in, coded
from idgraph_widgets.draws import SCALE, chained, threshold
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.generators.ads import frequency
from idgraph_widgets.generators.context import DAY, Context
from idgraph_widgets.generators.wants.periods import periods
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.campaigns import CAP_SCOPES, CHANNELS, COMPLETION_CHANNELS

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig

IDENTIFIER, PERSON, HOUSEHOLD = (CAP_SCOPES.index(s) for s in ("identifier", "person", "household"))
"""Codes of the cap scopes."""

TYPE_BITS = {"cookie": 1, "idfa": 2, "gaid": 4, "ctv_id": 8, "email": 16}
_DEVICES = TYPE_BITS["cookie"] | TYPE_BITS["idfa"] | TYPE_BITS["gaid"]
USABLE = {
    "search": _DEVICES,
    "social": _DEVICES,
    "display": _DEVICES,
    "video": _DEVICES | TYPE_BITS["ctv_id"],
    "audio": _DEVICES | TYPE_BITS["ctv_id"],
    "ctv": TYPE_BITS["ctv_id"],
    "email": TYPE_BITS["email"],
}
"""Identifier types a channel can address, as bits of `TYPE_BITS`."""


@dataclass(frozen=True)
class Channels:
    """What the configuration says of channels: arrays of int64 in the order of ``CHANNELS``.

    Attributes
    ----------
    view_limit, click_limit : ndarray
        Thresholds of unit draws: an impression is viewable; a viewable one is clicked.
    complete_e4 : ndarray
        Ten-thousandths of ads played to the end; -1 where ads do not play.
    gap_us, cut_us : ndarray
        Microseconds; see `frequency.least_gap` and `frequency.jitter_cut`.
    per_unit : int
        Most exposures one unit can get from one campaign: the radix of the last digit of an exposure's key.
    """

    view_limit: np.ndarray
    click_limit: np.ndarray
    complete_e4: np.ndarray
    gap_us: np.ndarray
    cut_us: np.ndarray
    per_unit: int


def prepare(config: GenerationConfig) -> Channels:
    """Thresholds and gaps of channels."""
    cfg = config.campaign_config
    view = {c: cfg.viewability.get(c, 1.0) for c in CHANNELS}
    return Channels(
        view_limit=_by_channel({c: threshold(view[c]) for c in CHANNELS}),
        # Only what was seen is clicked: a click rate per impression becomes one per viewable impression.
        click_limit=_by_channel(
            {c: threshold(round(cfg.click_through_rates.get(c, 0.0) / view[c], 12)) if view[c] else 0 for c in CHANNELS}
        ),
        complete_e4=_by_channel(
            {c: round(cfg.completion_rates[c] * SCALE) if c in COMPLETION_CHANNELS else -1 for c in CHANNELS}
        ),
        gap_us=_by_channel({c: frequency.least_gap(config, c) for c in CHANNELS}),
        cut_us=_by_channel({c: frequency.jitter_cut(config, c) for c in CHANNELS}),
        per_unit=exposures_per_unit(config),
    )


def _by_channel(values: dict[str, int]) -> np.ndarray:
    return np.array([values[channel] for channel in CHANNELS], np.int64)


def exposures_per_unit(config: GenerationConfig) -> int:
    """Most exposures one unit can get from one campaign of any channel."""
    return max(frequency.most_exposures(config, channel) for channel in CHANNELS)


def check_keys(config: GenerationConfig) -> None:
    """Raise ConfigError where the window has more campaigns than exposure and response keys can number."""
    campaigns = periods(config) * config.campaign_config.campaigns_per_period
    per_campaign = ids.MAX_HOUSEHOLDS * ids.UNITS * exposures_per_unit(config)
    room = (1 << ids.RESPONSE_BITS) // (ids.RESPONSE_TYPES * ids.ORIGINS * per_campaign)
    if campaigns > room:
        raise ConfigError(
            f"campaign_config.campaigns_per_period: {campaigns} campaigns in the window; with these "
            f"frequency caps and flights at most {room} can be numbered. Lower campaigns_per_period, "
            f"exposures_per_week or flight_days, or shorten the window."
        )


def campaign_plan(context: Context, campaigns: Columns) -> Columns:
    """One row per campaign, in the order of `campaigns`, with everything exposures and responses need, as integers.

    Money is in millionths of a USD, times in microseconds, chances as thresholds of a unit draw.

    Returns
    -------
    Columns
        ``campaign_id``, ``advertiser_id``, ``segment_id`` (coded text), ``campaign_index`` (number in the window),
        ``channel_code`` (place in ``CHANNELS``), ``scope`` (`IDENTIFIER`, `PERSON` or `HOUSEHOLD`), ``usable`` (bits of
        `TYPE_BITS`), ``reach_e4`` (ten-thousandths), ``curve`` (see `frequency`), ``start_us``, ``flight_us`` (length),
        ``cut_us``, ``most`` and ``mean_e4`` (exposures of a unit that caps allow; their mean in ten-thousandths),
        ``view_limit``, ``click_limit``, ``complete_e4``, ``impression_micro``, ``click_micro`` (price of an impression
        and of a click), ``household_micro`` (budget per household) and ``window_us`` (attribution window).
    """
    channels = context.of(prepare)
    channel = code_in(campaigns.channel, CHANNELS).astype(np.int64)
    start = campaigns.start_date * DAY
    flight = campaigns.end_date * DAY - start
    bid = campaigns.bid_price * 10  # cents per 1000 impressions in millionths per impression
    is_cpc = campaigns.pricing_model == "cpc"
    period, number = ids.campaign_place(campaigns.campaign_id)
    return Columns(
        campaign_id=campaigns.campaign_id,
        advertiser_id=campaigns.advertiser_id,
        segment_id=coded(campaigns.target_segment_id),
        campaign_index=period * context.config.campaign_config.campaigns_per_period + number,
        channel_code=channel,
        scope=code_in(campaigns.frequency_cap_scope, CAP_SCOPES).astype(np.int64),
        usable=_by_channel(USABLE)[channel],
        reach_e4=np.rint(campaigns.reach_share * SCALE).astype(np.int64),
        curve=_by_channel(frequency.CURVE_OF)[channel],
        start_us=start,
        flight_us=flight,
        cut_us=channels.cut_us[channel],
        most=np.maximum(1, flight // channels.gap_us[channel]),
        mean_e4=frequency.mean_exposures(context.config, flight),
        view_limit=channels.view_limit[channel],
        click_limit=channels.click_limit[channel],
        complete_e4=channels.complete_e4[channel],
        impression_micro=np.where(is_cpc, 0, bid),
        click_micro=np.where(is_cpc, bid * 1_000, 0),
        household_micro=campaigns.budget_per_1000_households * 10,
        window_us=campaigns.attribution_window_days * DAY,
    )


def exposure_key(context: Context, index: np.ndarray, household_id: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Key of a unit's exposure number 0; number j has this key plus j.

    Parameters
    ----------
    context : Context
    index : ndarray of int64
        ``campaign_index`` of the campaign's plan.
    household_id : ndarray of int64
    unit : ndarray of int64
        0 … ``ids.UNITS`` - 1.
    """
    return ids.exposure_id(index, household_id, unit, 0, context.of(prepare).per_unit)


def held_out(context: Context, campaign_id: np.ndarray, household_id: np.ndarray) -> np.ndarray:
    """Whether households are kept from seeing a campaign: a draw of its own per pair."""
    share = context.config.campaign_config.holdout_share
    return context.draws("campaign_holdouts").chance("held_out", share, chained(campaign_id, household_id))


def viewable(context: Context, exposure: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """Whether exposures are seen; `exposure` are hashes (`chain`) of their keys, `limit` thresholds of a unit draw."""
    return context.draws("campaign_exposures").unit("viewable", exposure) < limit


def worn(context: Context, limit: np.ndarray, elapsed: np.ndarray, flight: np.ndarray) -> np.ndarray:
    """A click or visit threshold at a moment of the flight: ads wear out, linearly, around their mean.

    Parameters
    ----------
    context : Context
    limit : ndarray of int64
        Threshold of a unit draw.
    elapsed, flight : ndarray of int64
        Microseconds since the flight's start, and its length.
    """
    drop = round(context.config.campaign_config.wear_out * SCALE)
    return limit // SCALE * (SCALE + drop // 2 - elapsed * drop // flight)


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
