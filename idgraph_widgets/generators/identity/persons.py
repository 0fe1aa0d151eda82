"""People and homes with what decides about their identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Columns, Lookup
from idgraph_widgets.draws import Draws, hashed
from idgraph_widgets.generators import devices
from idgraph_widgets.generators.identity.mailboxes import shares_mailbox
from idgraph_widgets.generators.people import education, platforms
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.individuals import ADULT_AGE, TEEN_AGE

if TYPE_CHECKING:
    from idgraph_widgets.config import IdentityConfig
    from idgraph_widgets.generators.context import Context


@dataclass(frozen=True)
class People:
    """The people of some households.

    Attributes
    ----------
    context : Context
    homes : Columns
        Households: ``household_id``, ``key`` (its hash), ``size``, ``has_under_13``, ``has_tablet``, ``has_desktop``.
    persons : Columns
        Individuals: ``individual_id``, ``key`` (its hash), ``home`` (position in `homes`), ``age``, ``first_name``,
        ``last_name``, ``has_phone``, ``has_computer``, ``is_ios``, ``ad_tracking_allowed``, ``shares_mailbox``.
    """

    context: Context
    homes: Columns
    persons: Columns

    @property
    def identity(self) -> IdentityConfig:
        """The dials of identity."""
        return self.context.config.demographics_config.identity_mappings

    @property
    def draws(self) -> Draws:
        """The streams of identifiers."""
        return self.context.draws("identity")

    def observed(self, share: str, keys: np.ndarray) -> np.ndarray:
        """Whether identifiers of that kind were captured."""
        return self.draws.chance(f"observed/{share}", self.identity.observation_shares[share], keys)

    def old_enough(self, *flags: str) -> np.ndarray:
        """Positions of people old enough for identifiers of their own who also have all these `flags`."""
        found = self.persons.age >= TEEN_AGE
        for flag in flags:
            found = found & self.persons[flag]
        return np.flatnonzero(found)

    def members(self, home: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Everybody who shares something of a home.

        Parameters
        ----------
        home : ndarray of int64
            Position of each thing's home, rising.

        Returns
        -------
        (ndarray of int64, ndarray of int64)
            Position of a person and of a thing of the person's home, for all such pairs.
        """
        first = np.searchsorted(home, np.arange(len(self.homes) + 1))
        things = np.diff(first)[self.persons.home]
        person = np.repeat(np.arange(len(self.persons)), things)
        number = np.arange(len(person)) - np.repeat(np.cumsum(things) - things, things)
        return person, first[self.persons.home[person]] + number


def people_of(context: Context, households: Columns, individuals: Columns) -> People:
    """The people of these households.

    Parameters
    ----------
    context : Context
    households, individuals : Columns
        Tables 1 and 2.
    """
    identity, d = context.config.demographics_config.identity_mappings, context.draws("devices")
    home = Lookup(households.household_id)[individuals.household_id]
    home_key, key = hashed(households.household_id), hashed(individuals.individual_id)
    is_young = individuals.age < TEEN_AGE
    has_under_13 = np.zeros(len(households), bool)
    has_under_13[home[is_young]] = True
    homes = Columns(
        household_id=households.household_id,
        key=home_key,
        size=households.household_size,
        has_under_13=has_under_13,
        has_tablet=d.chance("tablet", identity.shared_tablet_share, home_key),
        has_desktop=d.chance("desktop", identity.shared_desktop_share, home_key),
    )
    income, kind = households.annual_income[home], households.household_type.take(home)
    income_group = context.of(education.prepare).group_of(households.income_bracket)[home]
    is_adult = individuals.age >= ADULT_AGE
    persons = Columns(
        individual_id=individuals.individual_id,
        key=key,
        home=home,
        age=individuals.age,
        first_name=individuals.first_name,
        last_name=individuals.last_name,
        has_phone=~is_young & devices.has_phone(context, key, individuals.age, income),
        has_computer=is_adult & d.chance("computer", identity.personal_computer_share, key),
        has_desktop=homes.has_desktop[home],
        is_ios=platforms.is_ios(context, key, individuals.age, income_group),
        ad_tracking_allowed=individuals.ad_tracking_allowed,
        shares_mailbox=shares_mailbox(context, kind, individuals.role, home_key[home]),
    )
    return People(context, homes, persons)


def home_itself(household_id: np.ndarray) -> np.ndarray:
    """Person 0 of homes, who has the devices that all members share."""
    return ids.individual_id(household_id, 0)
