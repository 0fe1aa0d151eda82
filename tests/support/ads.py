"""Campaigns and exposures of a configuration over the graph of a dataset, made by the kernels in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Columns, record_batch
from idgraph_widgets.generators import block
from idgraph_widgets.generators.ads import budgets, campaign_holdouts, campaigns, exposures, planning
from idgraph_widgets.generators.ads.graph import Graph
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.responses import chains
from idgraph_widgets.generators.wants import spells
from idgraph_widgets.schema import GENERATED, ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idgraph_widgets.config import GenerationConfig

GRAPH = (
    "households", "individuals", "identity_mappings", "truth_identity", "audience_attributes", "content_engagements",
)  # fmt: skip
"""What campaigns are shown to."""


def graph_of(config: GenerationConfig) -> dict[str, Columns]:
    """The tables of `GRAPH` of a dataset of one block; mappings and truth in the same order."""
    context = Context.make(config, block.PREPARE)
    parts: dict[str, list[Columns]] = {}
    for made in block.block_tables(context, 1, config.household_config.num_households, frozenset(GRAPH)):
        parts.setdefault(made.table, []).append(made.columns)
    return {name: Columns.concat(rows) for name, rows in parts.items()}


class Ads:
    """Campaigns, holdouts, plan, exposures and opportunities of a configuration.

    Parameters
    ----------
    config : GenerationConfig
        Of one block of households, or fewer.
    graph : mapping of str to Columns
        See `graph_of`.
    part_homes : int
        Homes planned at a time.
    block_starts : sequence of int
    """

    def __init__(
        self,
        config: GenerationConfig,
        graph: Mapping[str, Columns],
        part_homes: int = ids.BLOCK,
        block_starts: Sequence[int] = (),
    ):
        self.config = config
        self.context = context = Context.make(config, block.PREPARE, tuple(block_starts))
        self.campaigns = campaigns.make(context)
        homes = config.household_config.num_households
        parts = [
            homes_between(graph, first, min(first + part_homes - 1, homes)) for first in range(1, homes + 1, part_homes)
        ]
        self.people = [people_of(context, part) for part in parts]
        self.parts = [
            planning.plan(context, self.campaigns, Graph(*(part[name] for name in GRAPH), people.intents, people.lives))
            for part, people in zip(parts, self.people, strict=True)
        ]
        self.holdouts = Columns.concat(
            [campaign_holdouts.make(context, self.campaigns, part["audience_attributes"]) for part in parts]
        )
        spending = Columns.concat([budgets.spending(context, planned) for planned in self.parts])
        households = np.arange(1, homes + 1)
        self.stops = budgets.stops(context, self.campaigns, spending, households)
        made = [exposures.make(context, planned, self.stops) for planned in self.parts]
        self.exposures = Columns.concat([rows for rows, _, _ in made])
        self.identifiers = np.concatenate([identifiers for _, identifiers, _ in made])
        self.is_true = np.concatenate([is_true for _, _, is_true in made])
        self.opportunities = Columns.concat([budgets.opportunities(context, one, self.stops) for one in self.parts])

    @property
    def planned(self) -> Columns:
        """The rows of the plan."""
        return Columns.concat([planned.rows for planned in self.parts])


def people_of(context: Context, part: Mapping[str, Columns]) -> chains.People:
    """The wants and the organic life of the people of a graph."""
    homes, persons = part["households"], part["individuals"]
    return chains.people_of(context, homes, persons, spells.make(context, homes, persons))


def homes_between(graph: Mapping[str, Columns], first: int, last: int) -> dict[str, Columns]:
    """The rows of a graph that belong to some households, both bounds included."""
    home = {name: graph[name].household_id for name in ("households", "individuals", "identity_mappings")}
    home["truth_identity"] = home["identity_mappings"]
    for name in ("audience_attributes", "content_engagements"):
        home[name] = ids.household_of(graph[name].individual_id)
    return {name: graph[name].where((home[name] >= first) & (home[name] <= last)) for name in GRAPH}


def frame(table: str, columns: Columns):
    """Published rows of a table as a pandas frame, sorted by key."""
    rows = pa.Table.from_batches([record_batch(GENERATED[table], columns)]).to_pandas()
    for name in rows.columns:
        if str(rows[name].dtype) == "category":
            rows[name] = rows[name].astype(object)
    return rows.sort_values(list(GENERATED[table].key), ignore_index=True)
