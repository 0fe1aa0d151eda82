"""What advertising tables share: channels, what each may use, and the plan of a campaign in integers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import SCALE, Draws, int_div, threshold
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.generators.addresses import DAY
from idgraph_widgets.generators.frequency import CURVE_OF, jitter_cut, least_gap, mean_exposures, most_exposures
from idgraph_widgets.schema.campaigns import CAP_SCOPES, CHANNELS, COMPLETION_CHANNELS

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

PERIOD_DAYS = 30
CAMPAIGN_STRIDE = 10_000
"""campaign_id = period · stride + number + 1."""

HOUSEHOLDS = 10_000_000
UNITS = 64
"""Cap-scope units of one household that one campaign reaches at most; later ones are not reached."""

RESPONSE_KINDS = 15
"""Response keys per exposure key: five response types times three origins of a chain."""

PERSONS = 16
"""individual_id = household_id · 16 + person_number."""


def household_of(individual_id: Column) -> Column:
    return int_div(individual_id, PERSONS)


def big(value: int) -> Column:
    """A BIGINT literal."""
    return F.lit(value).cast("bigint")


def by_channel(values: Mapping[str, Any], channel: Column) -> Column:
    """The value of the row's channel."""
    chosen = None
    for name in CHANNELS:
        value = values[name]
        literal = big(value) if isinstance(value, int) else F.lit(value)
        chosen = F.when(channel == name, literal) if chosen is None else chosen.when(channel == name, literal)
    return chosen


def held_out(config: GenerationConfig, campaign_id: Column, household_id: Column) -> Column:
    """Whether a household is kept from seeing a campaign: a draw of its own per pair."""
    d = Draws(config.seed, "campaign_holdouts")
    return d.chance("held_out", config.campaign_config.holdout_share, campaign_id, household_id)


def viewable(config: GenerationConfig, exposure_id: Column, limit: Column) -> Column:
    return Draws(config.seed, "campaign_exposures").unit("viewable", exposure_id) < limit


def worn(config: GenerationConfig, limit: Column, elapsed: Column, flight: Column) -> Column:
    """A click or visit threshold at a moment of the flight: ads wear out, linearly, around their mean.

    Parameters
    ----------
    limit : Column
        Threshold of a unit draw, BIGINT.
    elapsed, flight : Column
        Microseconds since the flight's start, and its length.
    """
    drop = round(config.campaign_config.wear_out * SCALE)
    factor = big(SCALE + drop // 2) - F.call_function("div", elapsed * big(drop), flight)
    return int_div(limit, SCALE) * factor


def ramped_up(config: GenerationConfig, exposure_id: Column, elapsed: Column) -> Column:
    """Whether an exposure is delivered: all but on the first days, when delivery grows day by day."""
    days = config.campaign_config.ramp_up_days
    if not days:
        return F.lit(True)
    share = F.least(big(SCALE), int_div((int_div(elapsed, DAY) + big(1)) * big(SCALE), days + 1))
    return Draws(config.seed, "campaign_exposures").chance("ramp_up", share, exposure_id)


def clicked(config: GenerationConfig, exposure_id: Column, micros: Column, limit: Column) -> Column:
    """Whether a viewable exposure is clicked; not in a day's last two seconds, which leave no time to."""
    time_left = F.pmod(micros, big(DAY)) < big(DAY - 2_000_000)
    return time_left & (Draws(config.seed, "campaign_exposures").unit("click", exposure_id) < limit)


def exposures_per_unit(config: GenerationConfig) -> int:
    """Most exposures one unit can get from one campaign: the radix of the last digit of an exposure's key."""
    return max(most_exposures(config, channel) for channel in CHANNELS)


def exposure_key(config: GenerationConfig, index: Column, household_id: Column, unit: Column) -> Column:
    """Key of a unit's exposure number 0; number j has this key plus j."""
    place = (index * big(HOUSEHOLDS) + household_id - big(1)) * big(UNITS) + unit
    return place * big(exposures_per_unit(config)) + big(1)


def check_keys(config: GenerationConfig) -> None:
    """Raise ConfigError where the window has more campaigns than exposure and response keys can number."""
    periods = campaign_periods(config)
    campaigns = periods * config.campaign_config.campaigns_per_period
    room = 2**52 // (RESPONSE_KINDS * HOUSEHOLDS * UNITS * exposures_per_unit(config))
    if campaigns > room:
        raise ConfigError(
            f"campaign_config.campaigns_per_period: {campaigns} campaigns in the window; with these "
            f"frequency caps and flights at most {room} can be numbered. Lower campaigns_per_period, "
            f"exposures_per_week or flight_days, or shorten the window."
        )


def campaign_periods(config: GenerationConfig) -> int:
    """Periods of 30 days that start inside the window."""
    days = (config.end_date - config.start_date).days
    return -(-days // PERIOD_DAYS)


def campaign_plan(config: GenerationConfig, campaigns: DataFrame) -> DataFrame:
    """One small row per campaign with everything exposures and responses need, as integers.

    Money is in millionths of a USD, times in microseconds, chances as thresholds of a unit draw.
    """
    cfg = config.campaign_config
    channel, start = F.col("channel"), F.unix_date("start_date").cast("bigint") * big(DAY)
    flight = F.unix_date("end_date").cast("bigint") * big(DAY) - start
    bid = (F.col("bid_price") * F.lit(100)).cast("bigint") * big(10)  # millionths per impression at CPM
    is_cpc = F.col("pricing_model") == "cpc"
    number = F.col("campaign_id") - big(1)
    index = int_div(number, CAMPAIGN_STRIDE) * big(cfg.campaigns_per_period) + F.pmod(number, big(CAMPAIGN_STRIDE))
    view = {c: cfg.viewability.get(c, 1.0) for c in CHANNELS}
    # Only what was seen is clicked: a click rate per impression becomes one per viewable impression.
    click = {c: threshold(round(cfg.click_through_rates.get(c, 0.0) / view[c], 12)) if view[c] else 0 for c in CHANNELS}
    complete = {c: round(cfg.completion_rates[c] * SCALE) if c in COMPLETION_CHANNELS else -1 for c in CHANNELS}
    scope = F.col("frequency_cap_scope")
    return campaigns.select(
        "campaign_id",
        "advertiser_id",
        F.col("target_segment_id").alias("segment_id"),
        index.alias("campaign_index"),
        by_channel({c: i for i, c in enumerate(CHANNELS)}, channel).alias("channel_code"),
        F.when(scope == "identifier", big(IDENTIFIER))
        .when(scope == "person", big(PERSON))
        .otherwise(big(HOUSEHOLD))
        .alias("scope"),
        by_channel(USABLE, channel).alias("usable"),
        F.round(F.col("reach_share") * F.lit(float(SCALE))).cast("bigint").alias("reach_e4"),
        by_channel(CURVE_OF, channel).alias("curve"),
        start.alias("start_us"),
        flight.alias("flight_us"),
        by_channel({c: jitter_cut(config, c) for c in CHANNELS}, channel).alias("cut_us"),
        F.greatest(
            big(1), F.call_function("div", flight, by_channel({c: least_gap(config, c) for c in CHANNELS}, channel))
        ).alias("most"),
        mean_exposures(config, flight).alias("mean_e4"),
        by_channel({c: threshold(view[c]) for c in CHANNELS}, channel).alias("view_limit"),
        by_channel(click, channel).alias("click_limit"),
        by_channel(complete, channel).alias("complete_e4"),
        F.when(is_cpc, big(0)).otherwise(bid).alias("impression_micro"),
        F.when(is_cpc, bid * big(1000)).otherwise(big(0)).alias("click_micro"),
        ((F.col("budget_per_1000_households") * F.lit(100)).cast("bigint") * big(10)).alias("household_micro"),
        (F.col("attribution_window_days").cast("bigint") * big(DAY)).alias("window_us"),
    )
