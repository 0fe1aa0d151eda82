"""Table 7: campaigns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Coded, Columns, group_starts
from idgraph_widgets.config.deliverable import daily_impressions, planned_reach, typical_share
from idgraph_widgets.config.segments import enabled_segments
from idgraph_widgets.draws import (
    SCALE,
    UNIT_BITS,
    Draws,
    cumulative_thresholds,
    hashed,
    picks,
    quantiles_lognormal,
    step_index,
)
from idgraph_widgets.generators.ads.advertising import check_keys
from idgraph_widgets.generators.wants.advertisers import advertisers
from idgraph_widgets.generators.wants.periods import periods
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES, CAP_SCOPES, CHANNELS, PRICING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.config.campaign import CampaignConfig
    from idgraph_widgets.generators.context import Context

_TURN_BITS = 32
_TURN = 1 << _TURN_BITS
# Weyl sequences in 32 bits, from numbers far from any simple fraction and from fractions of each other: the golden
# ratio and what is left of the square roots of 2, 3, 7 and, for advertisers, 10 (half of √10 - 2, 0.5811).
_STRIDES = {
    "advertiser": 2_495_972_269,
    "channel": 2_654_435_769,
    "target": 1_779_033_705,
    "start": 3_144_134_279,
    "length": 2_773_480_763,
}

_PUSH_SIZES = np.array([3, 2, 4, 3])
"""Campaigns of consecutive pushes."""

_APART_DAYS = 7
"""Days within which the flights of a push begin."""

_FITTING_SHARE = 0.8

FITTING = {
    "Vehicles": "805",
    "Clothing and Accessories": "919",
    "Consumer Electronics": "942",
    "Finance and Insurance": "1383",
    "Food and Beverage Services": "1400",
    "Home and Garden Services": "1476",
    "Sporting Goods": "1618",
    "Travel and Tourism": "1649",
}
"""Segment of people in the market for a category, where there is one."""


def make(context: Context) -> Columns:
    """All campaigns whose flight starts inside the window, by rising ``campaign_id``; columns of the table."""
    return context.of(prepare)


def prepare(config: GenerationConfig) -> Columns:
    """The campaigns of a configuration.

    A campaign is drawn from its period of 30 days since ``start_date`` and its number in it. An advertiser pushes
    through two to four channels at once: campaigns on one segment whose flights overlap. Before the audience lookback
    ends, campaigns target segments that need no lookback (or, if there are none, wait).

    Raises
    ------
    ConfigError
        If the window has more campaigns than keys of exposures can number.
    """
    check_keys(config)
    cfg = config.campaign_config
    segments = enabled_segments(config)
    d = Draws(config.seed, "campaigns")
    count = periods(config) * cfg.campaigns_per_period if segments else 0
    i = np.arange(count, dtype=np.int64)
    key = hashed(i)
    period, number = i // cfg.campaigns_per_period, i % cfg.campaigns_per_period
    campaign_id = ids.campaign_id(period, number)
    push = _push(cfg.campaigns_per_period, period, number)

    channel = _channel(d, cfg, i)
    objective = d.choose("objective", cfg.objective_mix, hashed(push))
    advertiser = _scaled(_even(d, "advertiser", push), cfg.num_advertisers)
    pool = advertisers(config)
    names = [row["advertiser"] for row in pool]
    category = np.array([AD_PRODUCT_CATEGORIES.index(row["ad_product_category"]) for row in pool], np.int32)

    low, high = cfg.flight_days["min"], cfg.flight_days["max"]
    start = _scaled(_even(d, "start", push), ids.PERIOD_DAYS - _APART_DAYS) + d.below("apart", _APART_DAYS, key)
    drawn_day = period * ids.PERIOD_DAYS + start
    flight_days = _scaled(_even(d, "length", i), high - low + 1) + low
    first_day = np.minimum.reduceat(drawn_day, group_starts(push)) if count else drawn_day
    push_day = np.repeat(first_day, np.diff(np.append(group_starts(push), count))) if count else drawn_day
    fitting = _fitting(d, segments, category[advertiser], push)
    target, start_day = _target(config, segments, _even(d, "target", push), fitting, push_day, drawn_day)
    start_date = start_day + (config.start_date - date(1970, 1, 1)).days
    reach = np.array([planned_reach(config, segment) / SCALE for segment in target.words])

    bid = _bid(d, cfg, channel, key)
    impressions = _impressions_per_1000(config, channel, target, flight_days)
    per_1000 = _budget_per_1000(d, cfg, channel, impressions, bid, key)
    # Rounded up to a cent, so that the shares of the blocks never exceed it.
    budget = (per_1000 * config.household_config.num_households + 999) // 1000
    caps = cfg.frequency_caps
    found = Columns(
        campaign_id=campaign_id,
        campaign_name=pa.array(
            [
                f"{names[a]} {CHANNELS[c]} {objective.words[o]} #{n}"
                for a, c, o, n in zip(advertiser, channel, objective.codes, campaign_id, strict=True)
            ],
            pa.string(),
        ),
        advertiser_id=advertiser + 1,
        advertiser=Coded(advertiser.astype(np.int32), tuple(names)),
        ad_product_category=Coded(category[advertiser], AD_PRODUCT_CATEGORIES),
        objective=objective,
        channel=Coded(channel.astype(np.int32), CHANNELS),
        target_segment_id=target,
        reach_share=reach[target.codes],
        pricing_model=Coded(
            _by_channel({c: PRICING.index(_pricing(cfg, c)) for c in CHANNELS}, channel, np.int32), PRICING
        ),
        bid_price=bid,
        budget=budget,
        budget_per_1000_households=per_1000,
        start_date=start_date,
        end_date=start_date + flight_days,
        frequency_cap_daily=_by_channel({c: caps[c]["daily"] for c in CHANNELS}, channel),
        frequency_cap_weekly=_by_channel({c: caps[c]["weekly"] for c in CHANNELS}, channel),
        frequency_cap_scope=Coded(
            _by_channel({c: CAP_SCOPES.index(caps[c]["scope"]) for c in CHANNELS}, channel, np.int32), CAP_SCOPES
        ),
        holdout_share=np.full(count, float(cfg.holdout_share)),
        attribution_window_days=np.full(count, cfg.attribution_window_days, np.int64),
    )
    return found.where(start_day < (config.end_date - config.start_date).days)


def _even(d: Draws, stream: str, i: np.ndarray) -> np.ndarray:
    """Draws of 32 bits, spread evenly over consecutive campaigns.

    Independent draws of a few dozen would not be: the size of a dataset should not hang on a handful of lucky
    campaigns.
    """
    return (d.salt(stream) % _TURN + i * _STRIDES[stream]) % _TURN


def _scaled(even: np.ndarray, n: int) -> np.ndarray:
    """An even draw, brought to 0..n - 1."""
    return even * n >> _TURN_BITS


def _channel(d: Draws, cfg: CampaignConfig, i: np.ndarray) -> np.ndarray:
    """Position of the channel in ``CHANNELS``."""
    mixed = picks(cfg.channel_mix)
    limits = cumulative_thresholds([cfg.channel_mix[channel] for channel in mixed])
    found = step_index(_even(d, "channel", i) << (UNIT_BITS - _TURN_BITS), limits)
    return np.array([CHANNELS.index(channel) for channel in mixed], np.int64)[found]


def _push(campaigns: int, period: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Number of the push each campaign belongs to, rising; a campaign that would stand alone joins those before it."""
    of_number = np.repeat(np.arange(campaigns), _PUSH_SIZES[np.arange(campaigns) % len(_PUSH_SIZES)])[:campaigns]
    if campaigns > 1 and of_number[-1] != of_number[-2]:
        of_number[-1] = of_number[-2]
    return period * (of_number[-1] + 1) + of_number[number]


def _fitting(d: Draws, segments: Mapping[str, str], category: np.ndarray, push: np.ndarray) -> np.ndarray:
    """For half of the pushes, index among the segments (by name) of those in the market for the category; else -1."""
    names = sorted(segments)
    place = np.array(
        [names.index(FITTING[c]) if FITTING.get(c) in segments else -1 for c in AD_PRODUCT_CATEGORIES], int
    )
    return np.where(d.chance("fits", _FITTING_SHARE, hashed(push)), place[category], -1)


def _target(
    config: GenerationConfig,
    segments: Mapping[str, str],
    even: np.ndarray,
    fitting: np.ndarray,
    push_day: np.ndarray,
    drawn_day: np.ndarray,
) -> tuple[Coded, np.ndarray]:
    """Target segment and first day of the flight: no flight of a push starts before its segment is valid."""
    lookback = config.audience_config.lookback_days
    # By size, so that even draws take their share of broad and of narrow segments.
    every = sorted(segments, key=lambda s: (typical_share(s), s))
    early = [segment for segment in every if segments[segment] == "demographic"]
    names = sorted(segments)
    wanted = np.array([every.index(name) for name in names], np.int32)[fitting] if every else fitting
    target = np.where(fitting >= 0, wanted, _one_of(even, every, every)).astype(np.int32)
    if not early:
        return Coded(target, tuple(every)), np.maximum(drawn_day, lookback)
    return Coded(np.where(push_day >= lookback, target, _one_of(even, early, every)), tuple(every)), drawn_day


def _one_of(even: np.ndarray, segments: Sequence[str], words: Sequence[str]) -> np.ndarray:
    """One of the segments by an even draw, broad ones as often as they are broad; its position among `words`, int32."""
    sums = np.cumsum([typical_share(segment) for segment in segments])
    limits = [int(limit) * _TURN // int(sums[-1]) for limit in sums]
    return np.array([words.index(segment) for segment in segments], np.int32)[step_index(even, limits)]


def _bid(d: Draws, cfg: CampaignConfig, channel: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Cents, around the channel's price."""
    # Bids vary with a lognormal sigma of .35 (published prices do).
    factor = d.choose("bid", dict.fromkeys(quantiles_lognormal(1.0, 0.35, 32, SCALE), 1.0), key)
    cents = _by_channel({c: round(cfg.bid_prices[c] * 100) for c in CHANNELS}, channel)
    return np.maximum(1, cents * factor // SCALE)


def _impressions_per_1000(
    config: GenerationConfig, channel: np.ndarray, target: Coded, flight_days: np.ndarray
) -> np.ndarray:
    """What can be delivered, in thousandths of an impression per 1000 households."""
    # Impressions in millionths per 1000 households and day, so that a platform's last bit decides nothing.
    daily = np.array(
        [[round(daily_impressions(config, c, segment) * 1_000_000) for segment in target.words] for c in CHANNELS],
        np.int64,
    ).reshape(len(CHANNELS), len(target.words))
    # On the first days delivery grows, from one part in `parts`.
    parts = config.campaign_config.ramp_up_days + 1
    growing = np.minimum(flight_days, parts)
    full_days = growing * (growing + 1) // 2 + (flight_days - growing) * parts
    return daily[channel, target.codes] * full_days // (1_000 * parts)


def _budget_per_1000(
    d: Draws, cfg: CampaignConfig, channel: np.ndarray, impressions: np.ndarray, bid: np.ndarray, key: np.ndarray
) -> np.ndarray:
    """Cents per 1000 households: so many thousandths of impressions would cost about as much."""
    low, high = (round(cfg.budget_factor[bound] * SCALE) for bound in ("min", "max"))
    clicks = _by_channel({c: round(cfg.click_through_rates.get(c, 0.0) * SCALE) for c in CHANNELS}, channel)
    priced = np.array([_pricing(cfg, c) == "cpc" for c in CHANNELS])[channel]
    cents = np.where(priced, impressions * clicks // SCALE * bid // 1_000, impressions * bid // 1_000_000)
    return np.maximum(1, cents * d.between("budget", low, high, key) // SCALE)


def _pricing(cfg: CampaignConfig, channel: str) -> str:
    return "cpc" if channel in cfg.cpc_channels else "cpm"


def _by_channel(values: Mapping[str, int], channel: np.ndarray, dtype: type = np.int64) -> np.ndarray:
    return np.array([values[c] for c in CHANNELS], dtype)[channel]
