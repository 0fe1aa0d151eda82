"""A run that adds households or days to a published dataset.

What is added is what one larger run would have written besides: the same generators run over the households
concerned, and only rows that are new are kept. Days are added to known households by generating their events
for the longer window; the events before the earlier end must come out as they were published, which is checked
by content hash before anything is committed.
"""

from __future__ import annotations

from idgraph_widgets.errors import RunError, StorageError
from idgraph_widgets.pipeline.growth import Growth
from idgraph_widgets.pipeline.plan import Step, published
from idgraph_widgets.pipeline.run import Run
from idgraph_widgets.schema import GENERATED, Table
from idgraph_widgets.storage.content_hash import HashParts, hash_parts
from idgraph_widgets.storage.manifest import Manifest

_FIXED = tuple(name for name, table in GENERATED.items() if table.grows == "fixed")
"""Tables that neither direction changes."""

_LASTING = tuple(name for name, table in GENERATED.items() if table.grows == "lasting")
"""Tables in which a known household keeps its rows whatever the end of the window."""

_DATED = {name: table.dated_by for name, table in GENERATED.items() if table.grows == "dated"}
"""Tables to which later days only add rows, and the column that tells when."""

_OF_ALL = tuple(name for name, table in GENERATED.items() if table.is_of_all)
"""Tables with rows about all households: budgets, sums."""

_IN_BLOCKS = ("individuals", "persons", "own", "astray", "content_engagements")
"""Steps that need the lower-numbered households of a block, too: false links point there."""

_OF_BLOCKS = ("households", "individuals", "own", "astray")
"""What those steps make or take, with rows of the whole block."""


class AppendRun(Run):
    """The state of one append.

    Parameters
    ----------
    *options
        As for `Run`.
    growth : Growth
    manifest : Manifest
        Of the dataset that grows.
    """

    def __init__(self, *options):
        *options, growth, manifest = options
        self.growth: Growth = growth
        self.expected: Manifest = manifest
        self.block_starts = growth.block_starts
        self.parts = growth.parts()
        self._before: dict[str, HashParts] = {}
        super().__init__(*options)
        self.chunks = [(part.first, part.last) for part in self.parts]

    def _count(self) -> int:
        once = [step for step in (*self.before, *self.summed, *self.after) if step.table not in _FIXED]
        chunked = [step.table for step in self.chunked if step.scope == "chunk"]
        return len(once) + sum(not self._lasts(name, i) for name in chunked for i in range(len(self.parts)))

    def _prepare(self) -> None:
        there = self.store.previous
        if there is None or there.run_id != self.expected.run_id:
            raise StorageError(
                f"{self.store.place} was replaced by another run meanwhile. Look at it, then append again."
            )

    def _commits(self) -> dict[Table, str]:
        return {self.tables[name]: "append" if self._is_added_to(name) else "overwrite" for name in published()}

    def _is_added_to(self, name: str) -> bool:
        """Whether a table keeps its rows and gets more; otherwise it is written as a whole."""
        if name in _FIXED or name in _LASTING:
            return True
        if name in _OF_ALL:
            return name in _DATED and not self.growth.adds_homes
        return name in _DATED or not self.growth.adds_days

    def _generate(self) -> None:
        super()._generate()
        self._verify_before()

    def _generate_chunk(self, chunk: int) -> None:
        super()._generate_chunk(chunk)
        for name in (*_OF_BLOCKS, *_DATED):
            if name != "campaigns":
                self.store.unstage(name, chunk)

    # --- what is made ------------------------------------------------------------------------------------

    def _lasts(self, name: str, chunk: int) -> bool:
        """Whether the published rows are these households' rows."""
        return name in _FIXED or (name in _LASTING and self.parts[chunk].known)

    def _is_dated(self, name: str, chunk: int) -> bool:
        """Whether rows before the earlier end of the window are published already."""
        if name == "campaigns":
            return not self.growth.adds_homes
        return name in _DATED and self.parts[chunk].known

    def _is_of_block(self, name: str, chunk: int) -> bool:
        return name in _OF_BLOCKS and self.parts[chunk].begins_inside

    def _make(self, step: Step, chunk: int, **given) -> None:
        name, table = step.table, self.tables[step.table]
        if self._lasts(name, chunk):
            return
        if self._is_dated(name, chunk):
            self._stage(step, chunk)
            made, later = self._dated(table, chunk), self._is_later(name)
            self._before[name] = self._before.get(name, HashParts()) + hash_parts(made.filter(~later), table)
            self._write(table, made.filter(later), chunk)
        elif self._is_of_block(name, chunk):
            self._stage(step, chunk)
            self._write(table, self._frame(name, chunk), chunk)
        else:
            super()._make(step, chunk, **given)

    def _call(self, step: Step, chunk: int, **given):
        part = self.parts[chunk]
        if step.table in ("campaign_exposures", "ghosts"):
            given["block_starts"] = self.block_starts
        if part.begins_inside and step.table == "households":
            given["first"] = part.block_start
        elif part.begins_inside and step.table in _IN_BLOCKS:
            # All rows of the block, not only the added ones that `_frame` gives.
            whole = [name for name in step.inputs if name in _OF_BLOCKS]
            given.update({name: self.store.staged(name, chunk) for name in whole})
        return super()._call(step, chunk, **given)

    def _frame(self, name: str, chunk: int):
        from pyspark.sql import functions as F

        part = self.parts[chunk]
        if self._is_of_block(name, chunk):
            df = self.store.staged(name, chunk).filter(F.col("household_id") >= F.lit(part.first))
        elif self._is_dated(name, chunk):
            df = self._dated(self.tables[name], chunk)
        elif self._lasts(name, chunk):
            df = self._published(self.tables[name], part.first, part.last)
        else:
            return super()._frame(name, chunk)
        return df if self.partitions is None else df.repartition(self.partitions)

    def _dated(self, table: Table, chunk: int):
        return table.select(self.store.staged(table.name, 0 if table.name == "campaigns" else chunk))

    def _published(self, table: Table, first: int, last: int):
        """The published rows of some households."""
        from pyspark.sql import functions as F

        df, limits = self.store.published(table), table.range_of(first, last)
        if limits is None:
            return df
        column, low, high = limits
        return df.filter(F.col(column).between(low, high))

    def _summands(self, name: str) -> list:
        frames = super()._summands(name)
        if self.growth.adds_days:
            return frames
        if name == "partials":
            metrics = self.store.published(self.tables["outcome_metrics"])
            return [self.generators.published_partials(metrics), *frames]
        return [self.store.published(self.tables[name]), *frames]

    # --- what must not change ----------------------------------------------------------------------------

    def _is_later(self, name: str):
        """Whether a row is of the added days."""
        from pyspark.sql import functions as F

        column = F.col(_DATED[name])
        if self.tables[name].column(_DATED[name]).type == "date":
            return F.unix_date(column) >= F.lit(self.growth.end_before_micros // 86_400_000_000)
        return F.unix_micros(column) >= F.lit(self.growth.end_before_micros)

    def _verify_before(self) -> None:
        """What was generated again for the days before must be what is published."""
        for name, parts in self._before.items():
            entry = self.store.previous.tables[name]
            if parts.digest(self.tables[name]) != entry.content_hash:
                raise RunError(
                    f"{name}: the days before {self.growth.end_before} came out with other rows "
                    f"({parts.rows:,}) than are published ({entry.rows:,}), so later days would not fit them. "
                    "Nothing was published. Generate the dataset anew without append."
                )
