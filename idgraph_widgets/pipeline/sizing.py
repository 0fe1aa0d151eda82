"""How many households a worker makes at a time, and how many workers at once, so that memory stays bounded.

Figures are measured: ``python -m benchmarks.memory``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.extra_columns import extra_columns
from idgraph_widgets.errors import ConfigError, RunError
from idgraph_widgets.forecast import estimate
from idgraph_widgets.forecast.campaigns import deliverable_per_household
from idgraph_widgets.generators.block import BLOCK_TABLES, KEPT_BYTES
from idgraph_widgets.memory import Memory, mebibytes
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from idgraph_widgets.pipeline.workers import Workers

BYTES_AT_A_TIME = 384 << 20
"""What a part of a block may take while it is made, as far as it grows with the part."""

LEAST_AT_A_TIME = 64 << 20
"""Smaller parts cost more time than fewer tasks at once do."""

TASK_BYTES = 128 << 20
"""What a task holds beside parts and plans: people of the whole block, rows that wait for their row group."""

SPARE_BYTES = 64 << 20
"""Left to others where memory is short."""

MOST_BYTES_OF_A_HOME = 800 << 20
"""A household cannot be cut. What is estimated here is two to three times of what was measured for dense homes, so
this keeps a worker below 1 GB (``python -m benchmarks.memory``)."""

_ADDED = 100
"""Bytes that a value of a column of one's own takes while it is made: texts are put together of pieces."""

_ROW, _OFFER, _PLANNED = 500, 1500, 120
"""Bytes that a row of the largest table and an impression take while kernels work, and one in a plan that is kept
(measured with ``python -m benchmarks.memory``)."""

_OFFERED = 4
"""What is looked at before caps and draws, relative to what is delivered."""


@dataclass(frozen=True)
class HomeSize:
    """What an average household is made of, rather too much than too little.

    Attributes
    ----------
    rows : float
        Of the largest table.
    planned : float
        Exposures before any budget ends.
    added : float
        Values of columns of one's own, in all tables.
    """

    rows: float
    planned: float
    added: float = 0.0

    @property
    def bytes(self) -> float:
        """What it takes while kernels work."""
        return _ROW * self.rows + _OFFER * self.planned + _ADDED * self.added


def home_size(config: GenerationConfig) -> HomeSize:
    """The size of a configuration's average household."""
    tables = {name: table.rows_high for name, table in estimate(config).tables.items()}
    homes = config.household_config.num_households
    return HomeSize(
        rows=max(tables[name] for name in BLOCK_TABLES if name in tables) / homes,
        planned=_OFFERED * deliverable_per_household(config),
        added=sum(tables.get(column.table, 0) for column in extra_columns(config)) / homes,
    )


def part_homes(config: GenerationConfig, size: int | None = None) -> int:
    """Households in a part of a block, from 1 to a whole block, that take so many bytes; `BYTES_AT_A_TIME` if None."""
    return int(min(ids.BLOCK, max(1, (BYTES_AT_A_TIME if size is None else size) // home_size(config).bytes)))


@dataclass(frozen=True)
class Room:
    """How a run is spread so that it fits into the memory of the workers.

    Attributes
    ----------
    tasks : int
        Tasks of the run.
    part_homes : int
        Households that each makes at a time.
    """

    tasks: int
    part_homes: int


def room(config: GenerationConfig, workers: Workers, blocks: int, asked: int | None = None) -> Room:
    """Cut a run of so many blocks into tasks: by the cores of the workers, less where their memory is short.

    Parameters
    ----------
    config : GenerationConfig
    workers : Workers
    blocks : int
    asked : int, optional
        Tasks that the user asks for; fewer are made where more would be at work at once than fit.

    Raises
    ------
    RunError
        The memory of this machine does not suffice for one task.
    """
    tasks = min(blocks, asked or workers.tasks(blocks))
    if not workers.memory:
        return Room(tasks, part_homes(config))
    need = _Need.of(config)
    at_once, size = 0, float(BYTES_AT_A_TIME)
    for host, memory in workers.memory.items():
        wanted = min(tasks, workers.slots[host] if not workers.in_process else tasks)
        fitting = need.at_once(memory, wanted)
        if not fitting and workers.is_here(host):
            raise RunError(
                f"There is not enough memory to make rows: it takes about {mebibytes(need.least + SPARE_BYTES)} beside "
                f"what this process holds already, but {memory}. Give more memory (in a container its memory limit), "
                "end other programs, or generate less at a time: fewer days, events_per_person_day or"
                " campaigns_per_period, a lower impressions_per_view. Nothing was written."
            )
        # What another machine reports may not be all it has: one task is tried.
        at_once += max(1, fitting)
        size = min(size, need.part_bytes(memory, max(1, fitting)))
    if at_once < min(tasks, workers.at_once) or workers.in_process:
        tasks = min(tasks, at_once)
    return Room(tasks, part_homes(config, int(size)))


@dataclass(frozen=True)
class _Need:
    """Bytes that a task takes.

    Attributes
    ----------
    always : float
        Whatever is made at a time.
    part : float
        The part of a block that is made at a time, at most.
    home : float
        A household of it.
    """

    always: float
    part: float
    home: float

    @classmethod
    def of(cls, config: GenerationConfig) -> _Need:
        size, homes = home_size(config), min(ids.BLOCK, config.household_config.num_households)
        plans = min(KEPT_BYTES, _PLANNED * size.planned * homes)
        return cls(TASK_BYTES + plans, min(BYTES_AT_A_TIME, size.bytes * homes), size.bytes)

    @property
    def least(self) -> float:
        """What a task takes that makes small parts."""
        return self.always + max(self.home, min(self.part, LEAST_AT_A_TIME))

    def at_once(self, memory: Memory, wanted: int) -> int:
        """Tasks that fit at once, at most as many as are wanted."""
        return int(max(0, min(wanted, (memory.left - SPARE_BYTES) // self.least)))

    def part_bytes(self, memory: Memory, tasks: int) -> float:
        """What each of so many tasks may take for the part that it makes at a time."""
        return max(self.home, min(BYTES_AT_A_TIME, (memory.left - SPARE_BYTES) / tasks - self.always))


def check_memory(config: GenerationConfig) -> None:
    """Refuse a configuration of which a worker could not hold one household.

    Raises
    ------
    ConfigError
    """
    size = home_size(config)
    if size.bytes > MOST_BYTES_OF_A_HOME:
        raise ConfigError(
            f"The configuration is too dense: a household may have {size.rows:,.0f} rows of one table "
            f"and {size.planned:,.0f} planned exposures, about "
            f"{size.bytes / 2**20:,.0f} MiB while it is made; allowed are {MOST_BYTES_OF_A_HOME / 2**20:,.0f}, so that "
            "a Spark worker stays below 1 GB. Lower campaigns_per_period, impressions_per_view, flight_days, "
            "events_per_person_day or the size of households, raise cookie_lifetime_days, or shorten the window."
        )
