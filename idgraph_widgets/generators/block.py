"""One block of households: table after table, part after part.

A block is `BLOCK` consecutive households and everything that belongs to them. Its rows are made in parts of consecutive
households, small enough for a worker's memory. Two things look at a whole block: false links repeat identifiers of its
lower-numbered homes, and campaigns spend its share of their budgets. The first carries a slim table from part to part;
the second is settled between two passes, the first of which plans what the second shows. Plans are kept in between as
far as there is room; the rest is planned again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from idgraph_widgets.arrays import Columns
from idgraph_widgets.generators import ads, engagement, extras, identity, people, records, responses, wants
from idgraph_widgets.generators.ads import budgets, campaign_holdouts, campaigns, exposures, planning
from idgraph_widgets.generators.ads.advertising import campaign_plan
from idgraph_widgets.generators.ads.graph import Graph
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import audience_attributes, engagements, interest, viewership_patterns
from idgraph_widgets.generators.identity import identity_mappings
from idgraph_widgets.generators.people import household_moves, households, individuals
from idgraph_widgets.generators.records import source_records
from idgraph_widgets.generators.responses import campaign_daily, chains, outcome_metrics, response_events
from idgraph_widgets.generators.wants import spells
from idgraph_widgets.schema import ids

PREPARE = (
    *people.PREPARE,
    *records.PREPARE,
    *wants.PREPARE,
    *identity.PREPARE,
    *engagement.PREPARE,
    *ads.PREPARE,
    *responses.PREPARE,
    extras.prepare,
)
"""What the driver makes of a configuration before any block."""

SUMMED = {"campaign_daily": ("campaign_id", "day"), "outcome_metrics": ("campaign_id", "model")}
"""Tables of which a block gives sums only, by these keys; `campaign_daily.total` and `outcome_metrics.total` make rows
of the sums over all blocks."""

_PEOPLE = ("households", "individuals", "household_moves")
_RECORDS = ("source_records", "truth_records")
_WANTS = ("truth_intent",)
_IDENTITY = ("identity_mappings", "truth_identity")
_ENGAGEMENT = ("content_engagements", "viewership_patterns")
_AUDIENCE = ("audience_attributes", "campaign_holdouts")
_EXPOSURES = ("campaign_exposures", "campaign_opportunities")
_RESPONSES = ("response_events", "truth_conversion", *SUMMED)
_STAGES = (_PEOPLE, _IDENTITY, _ENGAGEMENT, _AUDIENCE, _EXPOSURES, _RESPONSES)

BLOCK_TABLES = (*_PEOPLE, *_RECORDS, *_WANTS, *_IDENTITY, *_ENGAGEMENT, *_AUDIENCE, *_EXPOSURES, *_RESPONSES)
"""Tables that are made block by block, in order."""


KEPT_BYTES = 200 << 20
"""Plans of a block's exposures that are kept from the first pass to the second."""


@dataclass(frozen=True)
class Made:
    """Rows of one table.

    Attributes
    ----------
    table : str
    columns : Columns
        At least the columns of the table; of a table in `SUMMED`, its sums.
    household : ndarray of int64 or None
        The (asserted) household of each row; None for sums.
    """

    table: str
    columns: Columns
    household: np.ndarray | None


def block_tables(
    context: Context,
    first: int,
    last: int,
    wanted: frozenset[str] = frozenset(BLOCK_TABLES),
    part_homes: int = ids.BLOCK,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Made]:
    """Rows of some households of one block, by part of the block.

    Parameters
    ----------
    context : Context
    first, last : int
        Households, both included, of one block; what other homes of the block decide about them is worked out, too.
    wanted : frozenset of str
        Names among `BLOCK_TABLES`; what only others need is not made.
    part_homes : int
        Households made at a time. No row depends on it.
    check : callable
        Called before each part; what it raises ends the work.

    Yields
    ------
    Made
        Tables in the order of `BLOCK_TABLES` within a part; parts by rising household.
    """
    return _Block(context, first, last, wanted, part_homes, check).made()


class _Block:
    """The state of one block."""

    def __init__(
        self,
        context: Context,
        first: int,
        last: int,
        wanted: frozenset[str],
        part_homes: int,
        check: Callable[[], object],
    ):
        self.context, self.first, self.last, self.check = context, first, last, check
        self.part_homes = part_homes
        self.wanted = wanted
        self.depth = max(
            i for i, stage in enumerate(_STAGES) if wanted & {*stage, *((*_RECORDS, *_WANTS) if i == 0 else ())}
        )
        self.campaigns = campaigns.make(context)
        self.homes: list[Columns] = []
        self.people: list[Columns] = []
        self.intents: list[Columns] = []
        self.lives: list[chains.People] = []
        self.planned: list[planning.Planned | None] = []
        self.kept_bytes = 0
        self.spending: Columns | None = None
        self.sources: Columns | None = None
        self.sources_before: list[int] = []

    def made(self) -> Iterator[Made]:
        end = min(ids.block_start(self.first) + ids.BLOCK - 1, self.context.config.household_config.num_households)
        # Budgets are spent by the whole block; everything else needs only what comes before.
        spends = self.depth >= _STAGES.index(_EXPOSURES)
        for low, high in _parts(ids.block_start(self.first), end if spends else self.last, self.part_homes):
            self.check()
            yield from self._planned_part(low, high)
        if not spends:
            return
        stops = self._stops()
        for part in range(len(self.planned)):
            self.check()
            yield from self._shown_part(part, stops)

    def _planned_part(self, low: int, high: int) -> Iterator[Made]:
        context, is_asked = self.context, high >= self.first
        homes = households.make(context, low, high)
        persons = individuals.make(context, homes)
        self.homes.append(homes)
        self.people.append(persons)
        yield from self._some("households", homes, homes.household_id)
        yield from self._some("individuals", persons, persons.household_id)
        if is_asked and "household_moves" in self.wanted:
            moves = household_moves.make(context, homes)
            yield from self._some("household_moves", moves, moves.household_id)
        if is_asked and self.wanted & set(_RECORDS):
            found, truth = source_records.make(context, homes, persons)
            home = ids.household_of(truth.true_individual_id)
            yield from self._some("source_records", found, home)
            yield from self._some("truth_records", truth, home)
        intents = spells.make(context, homes, persons)
        self.intents.append(intents)
        yield from self._some("truth_intent", intents, ids.household_of(intents.individual_id))
        if self.depth < 1:
            return
        self.sources_before.append(0 if self.sources is None else len(self.sources))
        mappings, truth, self.sources = identity_mappings.make(context, homes, persons, self.sources)
        yield from self._some("identity_mappings", mappings, mappings.household_id)
        yield from self._some("truth_identity", truth, mappings.household_id)
        if self.depth < 2:
            return
        events = self._engagements(len(self.homes), mappings, truth)
        yield from self._some("content_engagements", events, ids.household_of(events.individual_id))
        if "viewership_patterns" in self.wanted and is_asked:
            patterns = viewership_patterns.make(context, homes, events)
            yield from self._some("viewership_patterns", patterns, ids.household_of(patterns.individual_id))
        if self.depth < 3:
            return
        attributes = audience_attributes.make(context, homes, persons, mappings, events)
        yield from self._some("audience_attributes", attributes, ids.household_of(attributes.individual_id))
        held = campaign_holdouts.make(context, self.campaigns, attributes)
        yield from self._some("campaign_holdouts", held, held.household_id)
        if self.depth < 4:
            return
        self.lives.append(chains.people_of(context, homes, persons, intents))
        planned = self._plan(-1, mappings, truth, attributes, events)
        spent = budgets.spending(context, planned)
        self.spending = spent if self.spending is None else budgets.summed([self.spending, spent])
        is_kept = self.kept_bytes + planned.nbytes <= KEPT_BYTES
        self.kept_bytes += planned.nbytes if is_kept else 0
        self.planned.append(planned if is_kept else None)

    def _engagements(self, parts: int, mappings: Columns, truth: Columns) -> Columns:
        """Engagements through these identifiers, by people of so many parts."""
        wants = interest.in_content(self.context, Columns.concat(self.intents[:parts]))
        return engagements.make(self.context, *self._everybody(parts), mappings, truth, wants)

    def _everybody(self, parts: int) -> tuple[Columns, Columns]:
        """Homes and people of so many parts."""
        return Columns.concat(self.homes[:parts]), Columns.concat(self.people[:parts])

    def _stops(self) -> Columns:
        assert self.spending is not None  # every part has reported what it spends
        homes = np.concatenate([part.household_id for part in self.homes])
        return budgets.stops(self.context, self.campaigns, self.spending, homes)

    def _planned_again(self, part: int) -> planning.Planned:
        """What `_planned_part` planned, for a part whose plan was too large to be kept."""
        context, homes, persons = self.context, self.homes[part], self.people[part]
        known = self.sources_before[part]
        sources = None if self.sources is None or not known else self.sources.take(np.arange(known))
        mappings, truth, _ = identity_mappings.make(context, homes, persons, sources)
        events = self._engagements(part + 1, mappings, truth)
        attributes = audience_attributes.make(context, homes, persons, mappings, events)
        return self._plan(part, mappings, truth, attributes, events)

    def _plan(
        self, part: int, mappings: Columns, truth: Columns, attributes: Columns, events: Columns
    ) -> planning.Planned:
        homes, persons, lives = self.homes[part], self.people[part], self.lives[part]
        graph = Graph(homes, persons, mappings, truth, attributes, events, lives.intents, lives.lives)
        return planning.plan(self.context, self.campaigns, graph)

    def _shown_part(self, part: int, stops: Columns) -> Iterator[Made]:
        context, homes = self.context, self.homes[part]
        planned, self.planned[part] = self.planned[part], None
        if homes.household_id[-1] < self.first or homes.household_id[0] > self.last:
            return
        if planned is None:
            planned = self._planned_again(part)
        shown, identifiers, is_true = exposures.make(context, planned, stops)
        events, caused = response_events.make(context, self.campaigns, self.lives[part], shown, is_true)
        shown = shown.with_columns(cost=exposures.costs(context, campaign_plan(context, self.campaigns), shown, events))
        yield from self._some("campaign_exposures", shown, shown.household_id)
        found = budgets.opportunities(context, planned, stops)
        yield from self._some("campaign_opportunities", found, found.household_id)
        yield from self._some("response_events", events, ids.household_of(events.individual_id))
        yield from self._some("truth_conversion", caused, ids.household_of(caused.individual_id))
        if not self.wanted & set(SUMMED):
            return
        asked = self._asked(shown.household_id)
        shown = shown.where(asked)
        events = events.where(self._asked(ids.household_of(events.individual_id)))
        yield Made("campaign_daily", campaign_daily.partial(context, shown, events), None)
        sums = outcome_metrics.partial(context, self.campaigns, shown, identifiers[asked], events)
        yield Made("outcome_metrics", sums, None)

    def _asked(self, household: np.ndarray) -> np.ndarray:
        return (household >= self.first) & (household <= self.last)

    def _some(self, table: str, columns: Columns, household: np.ndarray) -> Iterator[Made]:
        """Rows of the households asked for, where the table is wanted and there are any."""
        if table not in self.wanted:
            return
        asked = self._asked(household)
        if not asked.all():
            columns, household = columns.where(asked), household[asked]
        if len(household):
            yield Made(table, columns, household)


def _parts(first: int, last: int, homes: int) -> Iterator[tuple[int, int]]:
    for low in range(first, last + 1, homes):
        yield low, min(low + homes - 1, last)
