"""How many rows and bytes a run will write, computed from the configuration alone.

Each table has a small analytic model of its rows (`expected_rows`), in the terms of the configuration. It is
multiplied by the table's ``scale`` in ``calibration.json``; bytes are rows times
``bytes_per_row``. Both were measured on runs of the presets (``python -m benchmarks.calibrate``) and are
interpolated between their sizes. A configuration that differs from them in more than the number of
households gets a wider range: ``spread`` around the estimate, measured over seeds and dials, and more for
small tables.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.forecast.calibration import between, calibration
from idgraph_widgets.forecast.identity import mappings_by_type
from idgraph_widgets.forecast.rows import expected_rows

_MEASURED_ROWS, _MEASURED_BYTES = 0.05, 0.10
"""How far a run of a preset may be from its estimate, where a table is not so small that chance does more."""


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
    rows = expected_rows(config, constants)
    measured = _is_measured(config)
    sizes, households = constants["measured_households"], config.household_config.num_households
    return Estimate(
        {name: _table(name, rows[name], constants["tables"][name], sizes, households, measured) for name in rows}
    )


_last: list[tuple[str, Estimate]] = []


def latest_estimate(config: GenerationConfig) -> Estimate:
    """The estimate, kept for the configuration asked about last: several plots of a tab want it."""
    key = config.fingerprint()
    if not _last or _last[0][0] != key:
        _last[:] = [(key, estimate(config))]
    return _last[0][1]


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
    factor = between(constants["measured_households"], scale, config.household_config.num_households)
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


def _table(
    name: str, model_rows: float, constants: dict[str, Any], sizes: list[int], households: int, measured: bool
) -> TableEstimate:
    rows = between(sizes, constants["scale"], households) * model_rows
    size = between(sizes, constants["bytes_per_row"], households) * rows
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
