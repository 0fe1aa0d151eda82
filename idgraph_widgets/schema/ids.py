"""The arithmetic of ids and blocks: how a key is made from what it stands for, each said once.

Everything here is operators on integers, so the functions take an ``int`` or, element by element, a numpy array of
``int64``. Where a key must not tell what it is made from, the *number* given here is scrambled (a permutation of
``0 … 2^BITS - 1``) and 1 is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from numpy.typing import NDArray

Ids = TypeVar("Ids", int, "NDArray[Any]")
"""An integer, or an array of int64."""

MAX_KEY = 2**53
"""Keys lie in 1 … `MAX_KEY`: exact as DOUBLE and in JavaScript."""

MAX_HOUSEHOLDS = 10_000_000
"""Households of a dataset, at most: what the layouts of keys have room for."""

# --- blocks -------------------------------------------------------------------------------------------------

BLOCK = 10_000
"""Households in a block: the unit in which budgets are settled, false links stay and appends grow."""


def block_of(household_id: Ids) -> Ids:
    """Number of the block, from 0.

    Examples
    --------
    >>> block_of(1), block_of(10_000), block_of(10_001)
    (0, 0, 1)
    """
    return (household_id - 1) // BLOCK


def block_start(household_id: Ids) -> Ids:
    """First household of the block, disregarding appends.

    Examples
    --------
    >>> block_start(10_000), block_start(10_001)
    (1, 10001)
    """
    return block_of(household_id) * BLOCK + 1


def blocks(first: int, last: int) -> Iterator[tuple[int, int]]:
    """First and last household, both included, of each block's share of the households `first` to `last`.

    Examples
    --------
    >>> list(blocks(9_999, 20_001))
    [(9999, 10000), (10001, 20000), (20001, 20001)]
    """
    while first <= last:
        end = min(last, block_start(first) + BLOCK - 1)
        yield first, end
        first = end + 1


def budget_block(household_id: Ids, block_starts: Sequence[int] = ()) -> Ids:
    """First household of the block that settles budgets together.

    Parameters
    ----------
    household_id : int or array of int64
    block_starts : sequence of int
        First households of appends that began inside a block: each starts a block of its own there, so that
        what was settled before stays as it is.

    Examples
    --------
    >>> budget_block(12_000, [11_500, 15_000]), budget_block(11_000, [11_500, 15_000]), budget_block(20_001, [11_500])
    (11500, 10001, 20001)
    """
    start = block_start(household_id)
    for begin in block_starts:
        later = (household_id >= begin) & (start < begin)
        start = start + later * (begin - start)
    return start


# --- people -------------------------------------------------------------------------------------------------

PERSONS = 16
"""Numbers of persons in a household: 1 is the householder; 0 stands for the home itself."""


def individual_id(household_id: Ids, person_number: Ids | int) -> Ids:
    """Key of a person.

    Examples
    --------
    >>> individual_id(7, 2)
    114
    """
    return household_id * PERSONS + person_number


def household_of(individual_id: Ids) -> Ids:
    """Household of a person.

    Examples
    --------
    >>> household_of(114)
    7
    """
    return individual_id // PERSONS


def person_number(individual_id: Ids) -> Ids:
    """Number of a person within the household.

    Examples
    --------
    >>> person_number(114)
    2
    """
    return individual_id % PERSONS


def persons_between(first: int, last: int) -> tuple[int, int]:
    """Bounds, both included, of the persons of households `first` to `last`.

    Examples
    --------
    >>> persons_between(1, 10)
    (16, 175)
    """
    return first * PERSONS, last * PERSONS + PERSONS - 1


HIDDEN_HOMES = 2
"""Homes outside the dataset that stand beside each of its homes; people of theirs are taken for people of it."""


def hidden_home(household_id: Ids, number: Ids) -> Ids:
    """Number of a home outside the dataset, above those of all homes inside; `number` is below `HIDDEN_HOMES`.

    Examples
    --------
    >>> hidden_home(7, 1)
    10000015
    """
    return MAX_HOUSEHOLDS + household_id * HIDDEN_HOMES + number


def beside(hidden_home: Ids) -> Ids:
    """The home of the dataset that a hidden one stands beside.

    Examples
    --------
    >>> beside(hidden_home(7, 1))
    7
    """
    return (hidden_home - MAX_HOUSEHOLDS) // HIDDEN_HOMES


def is_hidden(household_id: Ids) -> Any:
    """Whether a home lies outside the dataset.

    Examples
    --------
    >>> is_hidden(7), is_hidden(hidden_home(7, 1))
    (False, True)
    """
    return household_id > MAX_HOUSEHOLDS


RECORD_COPIES = 2
"""Records of a person in one source system: the first, and one entered again."""

RECORD_BITS = 40
"""``record_id`` is a scrambled ``individual_id * (systems * RECORD_COPIES) + system * RECORD_COPIES + copy``."""

# --- identifiers --------------------------------------------------------------------------------------------

DEVICE_SLOTS = 16
"""Devices per person number; the home's own have person number 0."""

DEVICE_BITS = 36
"""``device_id`` is a scrambled `device_number`."""


def device_number(individual_id: Ids, slot: Ids | int) -> Ids:
    """Number of a device, over homes, people and slots.

    Parameters
    ----------
    individual_id : int or array of int64
        The person; ``household_id * 16`` for devices of the home.
    slot : int or array of int64
        0 … `DEVICE_SLOTS` - 1.
    """
    return individual_id * DEVICE_SLOTS + slot


SLOTS_PER_KIND = 1024
"""Identifiers of one kind that a person can have; kinds are numbered from 0."""

SLOT_BITS = 15
"""Bits of a slot number: 32 kinds of `SLOTS_PER_KIND`."""

MAPPING_BITS = 44
"""``mapping_id`` is a scrambled `mapping_number`."""


def mapping_number(individual_id: Ids, slot: Ids) -> Ids:
    """Number of an identifier of the asserted person; `slot` is ``kind * SLOTS_PER_KIND + number``.

    Examples
    --------
    >>> mapping_number(17, 5 * SLOTS_PER_KIND + 2)
    562178
    """
    return individual_id * (1 << SLOT_BITS) + slot


# --- engagement ---------------------------------------------------------------------------------------------

WEEKS = 1024
"""Weeks of a window, fewer than."""

SESSIONS_PER_WEEK = 64
"""Sessions of a person in one week, fewer than."""

EVENTS_PER_SESSION = 8
"""Engagements of one session, at most."""

CATEGORY_SLOTS = 64
"""Content categories, fewer than; ``pattern_id = individual_id * 64 + number of the category + 1``."""

RULE_SLOTS = 1024
"""Numbers of segment rules, fewer than; ``attribute_id = individual_id * 1024 + number of the rule``."""


def session_id(individual_id: Ids, week: Ids, number: Ids) -> Ids:
    """Key of a person's session; `week` counts from the one before the window, which is 0, `number` from 1.

    Examples
    --------
    >>> session_id(17, 3, 1)
    1114305
    """
    return (individual_id * WEEKS + week) * SESSIONS_PER_WEEK + number


def engagement_id(session_id: Ids, number: Ids) -> Ids:
    """Key of an event of a session; `number` counts from 0."""
    return session_id * EVENTS_PER_SESSION + number + 1


def pattern_id(individual_id: Ids, category: Ids) -> Ids:
    """Key of a person's row for a category, numbered from 0 in alphabetical order."""
    return individual_id * CATEGORY_SLOTS + category + 1


def attribute_id(individual_id: Ids, rule: Ids) -> Ids:
    """Key of a person's membership by the rule of that number."""
    return individual_id * RULE_SLOTS + rule


# --- advertising --------------------------------------------------------------------------------------------

PERIOD_DAYS = 30
"""Days of a period: campaigns are planned per period, counted from the start of the window."""

CAMPAIGNS_PER_PERIOD = 10_000
"""Campaigns of one period, fewer than."""

CREATIVE_SLOTS = 10
"""Creatives of a campaign, fewer than."""

EXPOSURES_PER_HOME = 4096
"""Exposures of one campaign in one home, at most; later ones are not delivered."""


def campaign_id(period: Ids, number: Ids) -> Ids:
    """Key of a campaign; `period` and `number` in it count from 0.

    Examples
    --------
    >>> campaign_id(2, 0)
    20001
    """
    return period * CAMPAIGNS_PER_PERIOD + number + 1


def campaign_period(campaign_id: Ids) -> tuple[Ids, Ids]:
    """Period and number in it of a campaign.

    Examples
    --------
    >>> campaign_period(20001)
    (2, 0)
    """
    place = campaign_id - 1
    return place // CAMPAIGNS_PER_PERIOD, place % CAMPAIGNS_PER_PERIOD


def creative_id(campaign_id: Ids, number: Ids) -> Ids:
    """Key of a campaign's creative; `number` counts from 1."""
    return campaign_id * CREATIVE_SLOTS + number


def exposure_id(campaign_index: Ids, household_id: Ids, number: Ids) -> Ids:
    """Key of an exposure.

    Parameters
    ----------
    campaign_index : int or array of int64
        Campaigns before it in the window: ``period * campaigns_per_period + number``.
    household_id : int or array of int64
    number : int or array of int64
        Of the exposures of the campaign in the home, in time order from 0.

    Examples
    --------
    >>> exposure_id(0, 1, 0), exposure_id(0, 2, 3)
    (1, 4100)
    """
    return (campaign_index * MAX_HOUSEHOLDS + household_id - 1) * EXPOSURES_PER_HOME + number + 1


# --- responses ----------------------------------------------------------------------------------------------

RESPONSE_TYPES = 5
ORIGINS = 3
"""Origins of a chain: 0 a click out of curiosity, then visits that an ad created, then organic ones."""

RESPONSE_BITS = 52
"""``response_id`` is a scrambled `response_number`."""

PERIODS = 1024
"""Periods in which spells of intent begin: those of a window, and `EARLY_PERIODS` before it, fewer than."""

EARLY_PERIODS = 3
"""Periods before the window whose spells are drawn, too: the window begins in mid-life."""

SPELLS = 8
"""Spells of a person that begin in one period, fewer than; number 7 stands for visits without one."""

VISITS_PER_SPELL = 32
"""Visits of one spell, or of a period without one, fewer than."""


def intent_id(individual_id: Ids, period: Ids, number: Ids | int) -> Ids:
    """Key of a spell of intent; `period` counts from the window's first, which is 0, and `number` from 0.

    Examples
    --------
    >>> intent_id(17, -3, 0), intent_id(17, 0, 1)
    (139265, 139290)
    """
    return (individual_id * PERIODS + period + EARLY_PERIODS) * SPELLS + number + 1


def click_chain(exposure_id: Ids) -> Ids:
    """Number of the chain that begins with an exposure's click."""
    return exposure_id - 1


def visit_chain(intent_id: Ids, number: Ids) -> Ids:
    """Number of the chain that begins with a visit of a spell, or of what stands for one; `number` counts from 0."""
    return intent_id * VISITS_PER_SPELL + number


def response_number(chain: Ids, response_type: Ids, origin: Ids) -> Ids:
    """Number of a response: the step of a chain, the chain numbered within its origin."""
    return (chain * RESPONSE_TYPES + response_type) * ORIGINS + origin
