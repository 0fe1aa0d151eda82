"""People outside the dataset whose identifiers are taken for those of people in it.

Each lives in one of the few homes that stand beside a home of the dataset: in the same market, with addresses of its
own. Who somebody is follows from the link, so that two links may be about one outsider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.draws import hashed
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.individuals import TEEN_AGE

if TYPE_CHECKING:
    from idgraph_widgets.arrays import Columns
    from idgraph_widgets.generators.context import Context

_PEOPLE = 3
"""People of a hidden home."""


def outsiders(context: Context, household_id: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Numbers of outsiders (int64), as those of `individual_id`, whom links of these homes and keys are about."""
    d = context.draws("outsiders")
    home = ids.hidden_home(household_id, d.below("home", ids.HIDDEN_HOMES, keys))
    return ids.individual_id(home, d.below("person", _PEOPLE, keys) + 1)


def lookalikes(context: Context, individuals: Columns, outsider: np.ndarray) -> np.ndarray:
    """Positions among `individuals` of people whose habits outsiders have.

    Parameters
    ----------
    context : Context
    individuals : Columns
        ``individual_id`` and ``age`` of a block's people so far.
    outsider : ndarray of int64
        Their numbers.

    Returns
    -------
    ndarray of int64
        Of somebody from 13 on in a lower-numbered home, or of the first such person of all.
    """
    old_enough = np.argsort(individuals.individual_id)
    old_enough = old_enough[individuals.age[old_enough] >= TEEN_AGE]
    first = ids.individual_id(ids.beside(ids.household_of(outsider)), 0)
    lower = np.searchsorted(individuals.individual_id[old_enough], first)
    return old_enough[context.draws("outsiders").below("like", np.maximum(lower, 1), hashed(outsider))]
