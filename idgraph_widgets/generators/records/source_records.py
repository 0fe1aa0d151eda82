"""Companions source_records and truth_records: what customer systems hold about adults, and about whom really.

Records are drawn per person, system and copy, never from the end of the window, so that neither direction of
growth changes one. They show the state at the end of the audience lookback: ``updated_ts`` lies within it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Columns
from idgraph_widgets.draws import scrambled
from idgraph_widgets.generators.records.errors import entered
from idgraph_widgets.generators.records.facts import adults_of, homes_of
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.source_records import CELLS, SYSTEMS

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context


def make(context: Context, households: Columns, individuals: Columns) -> tuple[Columns, Columns]:
    """The records of these people.

    Parameters
    ----------
    context : Context
    households, individuals : Columns
        Tables 1 and 2 of the same homes.

    Returns
    -------
    (Columns, Columns)
        source_records and truth_records, in the same order of rows.
    """
    adults, homes = adults_of(context, households, individuals), homes_of(context, households)
    adult, slot = _slots(context, adults.key)
    system = slot // ids.RECORD_COPIES
    number = adults.individual_id[adult] * (len(SYSTEMS) * ids.RECORD_COPIES) + slot
    record_id = scrambled(context.draws("source_records"), "record", number, ids.RECORD_BITS) + 1
    cells = entered(context, adults, homes, adult, system, number)
    records = Columns(
        record_id=record_id,
        source_system=Coded(system.astype(np.int32), SYSTEMS),
        **{name: cells[name] for name in CELLS},
        state=households.select("state").take(adults.home[adult]).state,
        updated_ts=cells.updated_ts,
    )
    truth = Columns(
        record_id=record_id, true_individual_id=adults.individual_id[adult], corrupted_columns=cells.corrupted_columns
    )
    return records, truth


def _slots(context: Context, person: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row of an adult, slot: ``system * RECORD_COPIES + copy``) of every record; `person`: hashes of ids."""
    d, dials = context.draws("source_records"), context.config.demographics_config.source_records
    there = np.zeros((len(person), len(SYSTEMS) * ids.RECORD_COPIES), bool)
    for system, name in enumerate(SYSTEMS):
        known = d.chance(f"known/{name}", dials.system_shares[name], person)
        there[:, system * ids.RECORD_COPIES] = known
        there[:, system * ids.RECORD_COPIES + 1] = known & d.chance(f"again/{name}", dials.duplicate_share, person)
    person_row, slot = np.nonzero(there)
    return person_row, slot
