"""People and the identity graph of a configuration, straight from the kernels, as pandas frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from idgraph_widgets.arrays import Columns, arrow_schema, record_batch
from idgraph_widgets.generators import identity, people
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.identity import identity_mappings
from idgraph_widgets.generators.people import households, individuals
from idgraph_widgets.schema import GENERATED

if TYPE_CHECKING:
    import pandas as pd

    from idgraph_widgets.config import GenerationConfig


@dataclass(frozen=True)
class Graph:
    """Columns of one block's tables."""

    context: Context
    households: Columns
    individuals: Columns
    identity_mappings: Columns
    truth_identity: Columns

    def frame(self, name: str) -> pd.DataFrame:
        """The rows of a table."""
        return frame_of(name, getattr(self, name))

    @property
    def links(self) -> pd.DataFrame:
        """Mappings with their truth."""
        return self.frame("identity_mappings").merge(self.frame("truth_identity"), on="mapping_id")


def frame_of(name: str, columns: Columns) -> pd.DataFrame:
    """Rows of a table; coded texts as texts."""
    batch = record_batch(GENERATED[name], columns)
    return pa.Table.from_batches([batch]).cast(arrow_schema(GENERATED[name])).to_pandas()


def graph_of(config: GenerationConfig, part_homes: int | None = None) -> Graph:
    """The graph of all households of a configuration of one block, made in parts of so many homes."""
    context = Context.make(config, (*people.PREPARE, *identity.PREPARE))
    count, sources, parts = config.household_config.num_households, None, []
    step = part_homes or count
    for first in range(1, count + 1, step):
        homes = households.make(context, first, min(count, first + step - 1))
        persons = individuals.make(context, homes)
        mappings, truth, sources = identity_mappings.make(context, homes, persons, sources)
        parts.append((homes, persons, mappings, truth))
    return Graph(context, *(Columns.concat(columns) for columns in zip(*parts, strict=True)))
