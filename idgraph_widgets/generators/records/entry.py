"""How people type into systems: whether an error happens, and a cell as it should be and as it is entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets.arrays.texts import letters
from idgraph_widgets.draws import SCALE
from idgraph_widgets.generators.records.typos import SHORTEST, mistyped
from idgraph_widgets.schema.source_records import SYSTEMS

if TYPE_CHECKING:
    from idgraph_widgets.config.records import RecordsConfig
    from idgraph_widgets.draws import Draws
    from idgraph_widgets.generators.context import Context


@dataclass(frozen=True)
class Entry:
    """How people type into the systems.

    Attributes
    ----------
    context : Context
    system : ndarray of int64
        Position in ``SYSTEMS`` of each record.
    key : ndarray of uint64
        Hash of each record's number.
    """

    context: Context
    system: np.ndarray
    key: np.ndarray

    @property
    def dials(self) -> RecordsConfig:
        """Shares of errors."""
        return self.context.config.demographics_config.source_records

    @property
    def draws(self) -> Draws:
        """The streams of records."""
        return self.context.draws("source_records")

    def happens(self, stream: str, share: float) -> np.ndarray:
        """Whether an error of that share happens in a record, given how error-prone its system is."""
        factors = [self.dials.error_factors[name] for name in SYSTEMS]
        parts = np.array([min(SCALE, round(share * factor * SCALE)) for factor in factors], np.int64)
        return self.draws.chance_in_scale(stream, parts[self.system], self.key)


@dataclass(frozen=True)
class Cell:
    """A text of each record, as it should be and as it is entered.

    Attributes
    ----------
    texts : pyarrow.StringArray
        Every text that occurs.
    right, entered : ndarray of int64
        Positions in `texts`, per record.
    """

    texts: pa.StringArray
    right: np.ndarray
    entered: np.ndarray

    def typed(self, entry: Entry, name: str) -> Cell:
        """The same, some texts entered with a typing error; `name` names the streams."""
        rows = np.flatnonzero(entry.happens(f"typo/{name}", entry.dials.typo_share))
        found = self.texts.take(pa.array(self.entered[rows]))
        length = np.diff(letters(found)[0])
        long = np.flatnonzero(length >= SHORTEST)
        rows, length = rows[long], length[long]
        unit = entry.draws.unit(f"typo_at/{name}", entry.key[rows])
        wrong = mistyped(found.take(pa.array(long)), unit % (length - 1), (unit >> 24) % 4)
        entered = self.entered.copy()
        entered[rows] = len(self.texts) + np.arange(len(rows))
        return Cell(pa.concat_arrays([self.texts, wrong]), self.right, entered)

    def differs(self) -> np.ndarray:
        """Whether what is entered is not as it should be."""
        differs = self.right != self.entered
        # Other places may hold equal texts.
        rows = np.flatnonzero(differs)
        pair = (self.texts.take(pa.array(place[rows])) for place in (self.right, self.entered))
        differs[rows] = pc.not_equal(*pair).to_numpy(zero_copy_only=False)
        return differs

    def text(self, blank: np.ndarray | None = None) -> pa.StringArray:
        """What is entered, null where `blank` is true."""
        return self.texts.take(pa.array(self.entered, mask=blank))
