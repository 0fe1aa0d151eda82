"""How many rows and bytes a run will write, told from the configuration alone.

Each table has a small analytic model of its rows (`_rows`), in the terms of the configuration. It is
multiplied by the table's ``scale`` in ``estimate_calibration.json``; bytes are rows times
``bytes_per_row``. Both were measured on runs of the presets (``python -m benchmarks.calibrate``) and are
interpolated between their sizes. A configuration that differs from them in more than the number of
households gets a wider range: ``spread`` around the estimate, measured over seeds and dials, and more for
small tables.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from idgraph_widgets.config.deliverable import daily_impressions, typical_share
from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.identity_model import People, mappings_by_type
from idgraph_widgets.config.segments import enabled_segments

_QUANTILES = 64
_ATTRIBUTION_MODELS = 5
_LONGEST_INTENT_DAYS = 90

_LABELLED = 0.04
"""Share of purchases that an ad in reach could have led to: those that ads can add to."""


@dataclass(frozen=True)
class TableEstimate:
    """Rows and bytes of one table: the likely number, and a range."""

    table: str
    rows: int
    rows_low: int
    rows_high: int
    bytes: int
    bytes_low: int
    bytes_high: int


@dataclass(frozen=True)
class Estimate:
    """Rows and bytes of a dataset.

    Parameters
    ----------
    tables : dict of str to TableEstimate
        The ten tables and the companions, by name, in order of generation.
    """

    tables: dict[str, TableEstimate]

    @property
    def rows(self) -> int:
        """Likely rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    @property
    def bytes(self) -> int:
        """Likely bytes of all tables."""
        return sum(table.bytes for table in self.tables.values())

    def to_dict(self) -> dict[str, Any]:
        """Plain values, with the totals, for JSON."""
        tables = {name: dict(vars(table)) for name, table in self.tables.items()}
        return {"rows": self.rows, "bytes": self.bytes, "tables": tables}


def estimate(config: GenerationConfig) -> Estimate:
    """Rows and bytes per table that generating `config` will write.

    Raises
    ------
    ConfigError
        If `config` is not valid.

    Examples
    --------
    >>> estimate(GenerationConfig()).tables["households"].rows
    10000
    """
    config.check()
    constants = calibration()
    rows = _rows(config, constants)
    measured = _is_measured(config)
    sizes, households = constants["measured_households"], config.household_config.num_households
    return Estimate(
        {name: _table(name, rows[name], constants["tables"][name], sizes, households, measured) for name in rows}
    )


def identifiers_per_household(config: GenerationConfig) -> dict[str, float]:
    """Expected rows of ``identity_mappings`` per household by observed type; together they are the table's estimate.

    Returns
    -------
    dict of str to float
        email, hashed_email, phone, hashed_phone, first_party_cookie, third_party_cookie, mobile_ad_id, ctv_id,
        ip_address and uid2_like.

    Raises
    ------
    ConfigError
        If `config` is not valid.
    """
    config.check()
    constants = calibration()
    scale = constants["tables"]["identity_mappings"]["scale"]
    factor = _between(constants["measured_households"], scale, config.household_config.num_households)
    return {name: factor * count for name, count in mappings_by_type(config).items()}


def _is_measured(config: GenerationConfig) -> bool:
    """Whether the configuration is that of a preset from 10 K households up, or between two of them."""
    households = config.household_config.num_households
    if not 10_000 <= households <= 1_000_000:
        return False
    return config.fingerprint() == _default_fingerprint(households)


@lru_cache(maxsize=64)
def _default_fingerprint(households: int) -> str:
    default = GenerationConfig()
    default.household_config.num_households = households
    return default.fingerprint()


@cache
def _calibration_text() -> str:
    return resources.files(__package__).joinpath("estimate_calibration.json").read_text(encoding="utf-8")


def calibration() -> dict[str, Any]:
    """The constants of ``estimate_calibration.json``."""
    return json.loads(_calibration_text())


_MEASURED_ROWS, _MEASURED_BYTES = 0.05, 0.10
"""How far a run of a preset may be from its estimate, where a table is not so small that chance does more."""


def _between(sizes: list[int], values: list[float], households: int) -> float:
    """A constant measured at some sizes, for another one: linear in the logarithm, flat outside."""
    if households <= sizes[0]:
        return values[0]
    for (small, low), (large, high) in zip(zip(sizes, values), zip(sizes[1:], values[1:])):
        if households <= large:
            return low + (high - low) * math.log(households / small) / math.log(large / small)
    return values[-1]


def _table(
    name: str, model_rows: float, constants: dict[str, Any], sizes: list[int], households: int, measured: bool
) -> TableEstimate:
    rows = _between(sizes, constants["scale"], households) * model_rows
    size = _between(sizes, constants["bytes_per_row"], households) * rows
    exact = constants["spread"] == 0
    chance = 3 / math.sqrt(max(rows, 1))
    # A table of some hundred rows differs more than that from seed to seed.
    rows_spread, bytes_spread = max(_MEASURED_ROWS, chance), max(_MEASURED_BYTES, chance)
    if not measured:
        rows_spread = constants["spread"] + chance
        bytes_spread = rows_spread + 0.15
    rows_spread = 0 if exact else rows_spread
    return TableEstimate(
        name,
        round(rows),
        math.floor(rows * max(0.0, 1 - rows_spread)),
        math.ceil(rows * (1 + rows_spread)),
        round(size),
        math.floor(size * max(0.05, 1 - bytes_spread)),
        math.ceil(size * (1 + bytes_spread)),
    )


def _rows(config: GenerationConfig, constants: dict[str, Any]) -> dict[str, float]:
    """Expected rows per table before calibration; companions beside the table they belong to."""
    people = People.of(config)
    households, campaign = config.household_config.num_households, config.campaign_config
    persons, adults = households * people.all, households * people.adults
    campaigns = campaign.campaigns_per_period * config.window_days / 30
    eligible = constants["eligible_share"]
    paid = min(1.0, sum(campaign.budget_factor.values()) / 2)
    exposures = households * deliverable_per_household(config) * paid
    responses, purchases = _responses(config, adults, exposures)
    mappings = households * sum(mappings_by_type(config).values())
    dials, identity = config.demographics_config.source_records, config.demographics_config.identity_mappings
    records = adults * sum(dials.system_shares.values()) * (1 + dials.duplicate_share)
    return {
        "households": households,
        "individuals": persons,
        "household_moves": households * config.window_days / 365.25 * identity.moves_per_year,
        "identity_mappings": mappings,
        "truth_identity": mappings,
        "source_records": records,
        "truth_records": records,
        "content_catalog": config.engagement_config.catalog_size,
        "content_engagements": persons * _events_per_person(config, config.window_days),
        "viewership_patterns": persons * _categories_with(config, config.window_days, at_least=1),
        "truth_intent": adults * _intents_per_adult(config),
        "segment_rules": constants["segment_rules"],
        "audience_attributes": adults * _segments_per_adult(config, constants),
        "campaigns": campaigns,
        "campaign_holdouts": campaigns * households * eligible * campaign.holdout_share,
        "campaign_opportunities": campaigns * households * eligible * campaign.reach_share,
        "campaign_exposures": exposures,
        "response_events": responses,
        "truth_conversion": purchases,
        "outcome_metrics": campaigns * _ATTRIBUTION_MODELS,
        "campaign_daily": campaigns * _mean_flight(config),
    }


def _events_per_person(config: GenerationConfig, days: int) -> float:
    return config.engagement_config.events_per_person_day * days


def _categories_with(config: GenerationConfig, days: int, at_least: int) -> float:
    """Expected number of categories in which a person has at least so many events."""
    engagement = config.engagement_config
    weights = tuple(engagement.category_weights.values())
    return _tails(_events_per_person(config, days), engagement.activity_sigma, weights, at_least)


@lru_cache(maxsize=64)
def _tails(mean: float, sigma: float, weights: tuple[float, ...], at_least: int) -> float:
    """Sum over the weights; events are Poisson given an activity, which is lognormal with mean 1.

    Kept, because a slider elsewhere asks for the same again with every step.
    """
    from statistics import NormalDist  # costs more to import than all of this package

    normal = NormalDist()
    total = 0.0
    for step in range(_QUANTILES):
        z = normal.inv_cdf((step + 0.5) / _QUANTILES)
        activity = mean * math.exp(sigma * z - sigma * sigma / 2)
        total += sum(_poisson_tail(activity * weight, at_least) for weight in weights)
    return total / _QUANTILES


def _poisson_tail(mean: float, at_least: int) -> float:
    term, below = math.exp(-mean), 0.0
    for count in range(at_least):
        below += term
        term *= mean / (count + 1)
    return max(0.0, 1 - below)


def _segments_per_adult(config: GenerationConfig, constants: dict[str, Any]) -> float:
    """A constant number of demographic segments, and interests that follow from the lookback."""
    audience = config.audience_config
    interests = _categories_with(config, audience.lookback_days, audience.interest_min_events)
    off = sum(not switch for switch in audience.segments.values())
    on_share = max(0.0, 1 - off / constants["segment_rules"])
    return on_share * (constants["demographic_segments_per_adult"] + constants["interest_weight"] * interests)


def _mean_flight(config: GenerationConfig) -> float:
    """Days of a flight that lie in the window, on average: starts are even over it, lengths between their bounds."""
    flight = config.campaign_config.flight_days
    return _mean_days_inside(flight["min"], flight["max"], config.window_days)


@lru_cache(maxsize=64)
def _mean_days_inside(shortest: int, longest: int, days: int) -> float:
    lengths = range(shortest, longest + 1)
    inside = sum(min(length, days - start) for length in lengths for start in range(days))
    return inside / (len(lengths) * days)


def deliverable_per_household(config: GenerationConfig) -> float:
    """Exposures of a household, were there no budgets: over segments as campaigns aim at them; not calibrated."""
    campaign = config.campaign_config
    campaigns = campaign.campaigns_per_period * config.window_days / 30
    segments = {segment: typical_share(segment) for segment in enabled_segments(config)}
    days = campaigns * _mean_flight(config) / max(1, sum(segments.values())) / 1_000
    total = 0.0
    for channel, share in campaign.channel_mix.items():
        most = campaign.frequency_caps[channel]["weekly"] / 7 * 1_000
        daily = sum(n * min(most, daily_impressions(config, channel, segment)) for segment, n in segments.items())
        total += share * daily * days
    return total


def _responses(config: GenerationConfig, adults: float, exposures: float) -> tuple[float, float]:
    """Expected responses and purchases, with and without ads."""
    campaign = config.campaign_config
    rate = sum(s * campaign.click_through_rates[channel] for channel, s in campaign.channel_mix.items())
    organic = adults * campaign.organic_visits_per_person_90_days * config.window_days / 90
    clicks = exposures * rate
    visits = clicks * campaign.click_to_visit + organic
    # Clicks of curiosity fill no carts.
    carts = organic * campaign.visit_to_cart
    purchases = carts * campaign.cart_to_purchase * (1 + campaign.ad_lift * _LABELLED)
    return clicks + visits * (1 + campaign.visit_to_sign_up) + carts + purchases, purchases


def _intents_per_adult(config: GenerationConfig) -> float:
    """Spells that go on when the window begins, and those that begin in it."""
    campaign = config.campaign_config
    days = campaign.intent_days["median"] * math.exp(campaign.intent_days["sigma"] ** 2 / 2)
    return campaign.intents_at_a_time * (1 + config.window_days / min(days, _LONGEST_INTENT_DAYS))
