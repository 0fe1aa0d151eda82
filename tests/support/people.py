"""People and their customer records of a configuration of one block, straight from the kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idgraph_widgets.generators import identity, people, records
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.people import households, individuals
from idgraph_widgets.generators.records import source_records

if TYPE_CHECKING:
    from idgraph_widgets.arrays import Columns
    from idgraph_widgets.config import GenerationConfig

PREPARE = (*people.PREPARE, *identity.PREPARE, *records.PREPARE)


def people_of(config: GenerationConfig) -> tuple[Columns, Columns]:
    """Households and individuals."""
    context = Context.make(config, people.PREPARE)
    homes = households.make(context, 1, config.household_config.num_households)
    return homes, individuals.make(context, homes)


def records_of(config: GenerationConfig, homes: Columns, persons: Columns) -> tuple[Columns, Columns]:
    """Source records of these people, and their truth."""
    return source_records.make(Context.make(config, PREPARE), homes, persons)
