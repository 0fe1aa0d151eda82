"""E-mail addresses: whose a mailbox is, what stands before the @ and what behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays.texts import joined
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators.identity.local_parts import local_parts
from idgraph_widgets.generators.identity.values import MAX_MAILBOXES, mailbox_domains
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    import pyarrow as pa

    from idgraph_widgets.arrays import Coded
    from idgraph_widgets.generators.context import Context


@dataclass(frozen=True)
class Addresses:
    """E-mail addresses in their two parts.

    Attributes
    ----------
    owner : ndarray of int64
        Who the address is made from: the person, or the householder for a couple's.
    name : pyarrow.StringArray
        What stands before the @.
    domain : Coded
        What stands behind it.
    """

    owner: np.ndarray
    name: pa.StringArray
    domain: Coded

    @property
    def email(self) -> pa.StringArray:
        """The whole addresses."""
        return joined(self.name, "@", self.domain)


def addresses(context: Context, individual_id: np.ndarray, both: np.ndarray, number: np.ndarray) -> Addresses:
    """Addresses of mailboxes.

    Parameters
    ----------
    context : Context
    individual_id : ndarray of int64
    both : ndarray of bool
        Whether it is a couple's.
    number : ndarray of int64
        0 to `MAX_MAILBOXES` - 1: which of the person's mailboxes it is.
    """
    head = ids.individual_id(ids.household_of(individual_id), 1)
    owner = np.where(both, head, individual_id)
    name = local_parts(context, owner, number)
    return Addresses(owner, name, mailbox_domains(context, hashed(owner * MAX_MAILBOXES + number)))
