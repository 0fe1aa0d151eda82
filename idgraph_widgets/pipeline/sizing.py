"""How many households a worker makes at a time, so that its memory stays bounded whatever the configuration."""

from __future__ import annotations

from dataclasses import dataclass

from idgraph_widgets.config import GenerationConfig, estimate
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.generators.ads.advertising import campaign_periods
from idgraph_widgets.generators.block import BLOCK_TABLES
from idgraph_widgets.schema import ids

BYTES_AT_A_TIME = 384 << 20
"""What a part of a block may take while it is made, as far as it grows with the part."""

MOST_BYTES_OF_A_HOME = 800 << 20
"""A household cannot be cut. What is estimated here is two to three times of what was measured for dense homes, so
this keeps a worker below 1 GB (``python -m benchmarks.memory``)."""

_ROW, _PLANNED, _PAIR = 500, 60, 70
"""Bytes that a row of the largest table, a planned exposure, and a pair of a campaign and an identifier that it may
meet take while kernels work (measured with ``python -m benchmarks.memory``)."""

_PREFERRED = 3
"""Campaigns aim at larger segments than the average one: so many times its members, at most."""

_IDENTIFIERS = 2
"""Cap-scope units of a person where identifiers are capped."""


@dataclass(frozen=True)
class HomeSize:
    """What an average household is made of, rather too much than too little.

    Attributes
    ----------
    rows : float
        Of the largest table.
    planned : float
        Exposures before any budget ends.
    pairs : float
        Of campaigns and identifiers that they may meet.
    """

    rows: float
    planned: float
    pairs: float

    @property
    def bytes(self) -> float:
        """What it takes while kernels work."""
        return _ROW * self.rows + _PLANNED * self.planned + _PAIR * self.pairs


def home_size(config: GenerationConfig) -> HomeSize:
    """The size of a configuration's average household."""
    tables = {name: table.rows_high for name, table in estimate(config).tables.items()}
    homes, campaign = config.household_config.num_households, config.campaign_config
    people = tables["individuals"] / homes
    members = min(people, _PREFERRED * tables["audience_attributes"] / homes / tables["segment_rules"])
    targeted = campaign_periods(config) * campaign.campaigns_per_period * members
    weeks = min(campaign.flight_days["max"], config.window_days) / 7
    planned = looked_at = 0.0
    for channel, share in campaign.channel_mix.items():
        cap = campaign.frequency_caps[channel]
        units = {"identifier": _IDENTIFIERS, "household": min(1.0, 1 / max(members, 0.01))}.get(cap["scope"], 1)
        weekly = min(campaign.exposures_per_week, cap["weekly"])
        planned += share * targeted * campaign.reach_share * units * max(1, weekly * weeks)
        # Where identifiers are units, each of them is looked at before it is drawn.
        looked_at += share * targeted * (1 if cap["scope"] == "identifier" else campaign.reach_share)
    return HomeSize(
        rows=max(tables[name] for name in BLOCK_TABLES if name in tables) / homes,
        planned=planned,
        pairs=looked_at * tables["identity_mappings"] / tables["individuals"],
    )


def part_homes(config: GenerationConfig) -> int:
    """Households in a part of a block, from 1 to a whole block."""
    return int(min(ids.BLOCK, max(1, BYTES_AT_A_TIME // home_size(config).bytes)))


def check_memory(config: GenerationConfig) -> None:
    """Refuse a configuration of which a worker could not hold one household.

    Raises
    ------
    ConfigError
    """
    size = home_size(config)
    if size.bytes > MOST_BYTES_OF_A_HOME:
        raise ConfigError(
            f"The configuration is too dense: a household may have {size.rows:,.0f} rows of one table, "
            f"{size.planned:,.0f} planned exposures and {size.pairs:,.0f} pairs of a campaign and an identifier, about "
            f"{size.bytes / 2**20:,.0f} MiB while it is made; allowed are {MOST_BYTES_OF_A_HOME / 2**20:,.0f}, so that "
            "a Spark worker stays below 1 GB. Lower campaigns_per_period, exposures_per_week, flight_days, "
            "events_per_person_day or the size of households, raise cookie_lifetime_days, or shorten the window."
        )
