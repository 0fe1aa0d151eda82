"""How many households a worker makes at a time, so that its memory stays bounded whatever the configuration."""

from __future__ import annotations

from idgraph_widgets.config import GenerationConfig, estimate
from idgraph_widgets.generators.block import BLOCK_TABLES
from idgraph_widgets.schema import ids

ROWS_AT_A_TIME = 400_000
"""Rows of the largest table in a part: kernels need a few hundred bytes a row while they work."""


def part_homes(config: GenerationConfig) -> int:
    """Households in a part of a block, from 1 to a whole block."""
    tables = estimate(config).tables
    homes = config.household_config.num_households
    densest = max(tables[name].rows_high for name in BLOCK_TABLES if name in tables) / homes
    return int(min(ids.BLOCK, max(1, ROWS_AT_A_TIME // max(densest, 1))))
