"""Mailboxes of people: how many, which one a couple shares, and their addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.config.identity import COUPLED_ADULTS
from idgraph_widgets.draws import poisson_shares
from idgraph_widgets.generators.identity.values import MAX_MAILBOXES
from idgraph_widgets.schema.individuals import ADULT_AGE

if TYPE_CHECKING:
    from idgraph_widgets.arrays import Coded
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.generators.context import Context

COUPLES = ("married_couple", "cohabiting")
"""Types of households with a couple."""


@dataclass(frozen=True)
class Mailboxes:
    """What mailboxes need of a configuration.

    Attributes
    ----------
    more : dict of int to float
        Shares of adults by the number of mailboxes behind the first.
    shared : float
        Share of couples with a common first mailbox.
    """

    more: dict[int, float]
    shared: float


def prepare(config: GenerationConfig) -> Mailboxes:
    """Numbers of mailboxes and how often they are shared."""
    identity = config.demographics_config.identity_mappings
    return Mailboxes(
        more=poisson_shares(max(0.0, identity.emails_per_adult - 1), MAX_MAILBOXES - 1),
        # The dial is the share of all adults; only couples share a mailbox.
        shared=min(1.0, identity.shared_email_share / COUPLED_ADULTS),
    )


def mailbox_count(context: Context, keys: np.ndarray, age: np.ndarray) -> np.ndarray:
    """How many mailboxes persons have (int64); `keys` are ``hashed(individual_id)``."""
    more = context.draws("identity").choose("emails", context.of(prepare).more, keys)
    return np.where(age >= ADULT_AGE, more + 1, 1)


def shares_mailbox(context: Context, household_type: Coded, role: Coded, home_keys: np.ndarray) -> np.ndarray:
    """Whether persons' first mailboxes are also their partners'.

    Parameters
    ----------
    context : Context
    household_type : Coded
        Of each person's household.
    role : Coded
    home_keys : ndarray of uint64
        ``hashed(household_id)``.
    """
    of_couple = household_type.isin(COUPLES) & role.isin(("householder", "spouse", "partner"))
    return of_couple & context.draws("identity").chance("shared_email", context.of(prepare).shared, home_keys)
