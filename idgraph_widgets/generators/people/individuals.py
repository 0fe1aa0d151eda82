"""People: the members of the homes, their ages, sexes and names, what they learnt and do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from idgraph_widgets.arrays import Coded, Columns, explode
from idgraph_widgets.draws import Draws, Lottery, cumulative_thresholds, hashed, picks, step_index
from idgraph_widgets.generators.devices import tracking_allowed
from idgraph_widgets.generators.people import children, composition, education, employment, names, platforms
from idgraph_widgets.generators.people.composition import compositions, model_of, single_is_male
from idgraph_widgets.generators.people.households import REMEMBERED
from idgraph_widgets.population.age_tables import AGE_TABLES, AGES
from idgraph_widgets.population.calibration import ROLE_SHARES
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.households import TYPES
from idgraph_widgets.schema.individuals import ADULT_AGE, GENDERS, ROLES, TEEN_AGE

if TYPE_CHECKING:
    from idgraph_widgets.config import GenerationConfig, IdentityConfig
    from idgraph_widgets.generators.context import Context

MEMBER_TICKETS = 256

_MINOR, _ADULT_CHILD, _PARENT, _RELATIVE, _ROOMMATE = range(2 + len(AGE_TABLES))
"""What members are besides householder, spouse and partner: children, and others, whose ages have a table each."""

_HEAD = -1
"""Householder, spouse or partner: their ages come with the household."""

_OTHERS = (_ADULT_CHILD, _PARENT, _RELATIVE, _ROOMMATE)
"""What further members of a household can be, in the order of ``ROLE_SHARES``."""


@dataclass(frozen=True)
class _Roster:
    """Who is in some homes, each a row; what they are is drawn, one trait after the other.

    Attributes
    ----------
    homes : Columns
        See `compositions`.
    home : ndarray of int64
        Row of each in `homes`.
    number : ndarray of int64
        From 1, in the home.
    key : ndarray of uint64
        Hashes of ids.
    """

    homes: Columns
    home: np.ndarray
    number: np.ndarray
    key: np.ndarray


@dataclass(frozen=True)
class Members:
    """Ages of members who are no children, and days of birth.

    Attributes
    ----------
    ages : Lottery
        Ages, a group per kind of member and householder's age (``kind * AGES + age``).
    parent_to : int
        Oldest householder with a parent at home.
    born_first, born_days : ndarray of int64, shape (AGES,)
        First day of birth (days since 1970) and the number of days that give an age at the start of the window.
    """

    ages: Lottery
    parent_to: int
    born_first: np.ndarray
    born_days: np.ndarray


def prepare(config: GenerationConfig) -> Members:
    """Lotteries of members' ages, and the days of birth that give them."""
    model = model_of(config)
    groups = {}
    for kind, name in enumerate(AGE_TABLES, _PARENT):
        for anchor in range(AGES):
            weights = model.age_tables[name][anchor]
            if weights.sum() > 0:
                groups[kind * AGES + anchor] = list(weights)
    parent_to = int(max(np.flatnonzero(model.age_tables["parent"].sum(axis=1) > 0), default=-1))
    return Members(Lottery.of(groups, MEMBER_TICKETS), parent_to, *_births(config.start_date))


def _births(start: date) -> tuple[np.ndarray, np.ndarray]:
    last = [_years_before(start, age) for age in range(AGES + 1)]
    first = [day + timedelta(days=1) for day in last[1:]]
    days = [(end - begin).days + 1 for begin, end in zip(first, last[:-1], strict=True)]
    return np.array([(day - date(1970, 1, 1)).days for day in first], np.int64), np.array(days, np.int64)


def _years_before(day: date, years: int) -> date:
    """The latest birthday of somebody who is `years` old on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February: who is born on the 28th has had the birthday, too
        return date(day.year - years, 2, 28)


def make(context: Context, households: Columns) -> Columns:
    """The members of these homes: columns of the table, by rising key."""
    return context.remembered(_made, REMEMBERED)(households)


def _made(context: Context, households: Columns) -> Columns:
    d, config = context.draws("individuals"), context.config.demographics_config
    homes = compositions(context, households.household_id)
    home, number = explode(homes.size)
    number += 1
    household_id = households.household_id[home]
    individual_id = ids.individual_id(household_id, number)
    key = hashed(individual_id)
    roster = _Roster(homes, home, number, key)

    kind = _kinds(context, d, roster)
    role = _roles(homes.household_type.take(home), kind, number)
    order = children.ordered(home, kind == _MINOR, kind == _ADULT_CHILD, _younger_parent(homes))
    age = _ages(context, d, roster, kind, order)
    is_male = _is_male(context, d, roster, kind, age)
    nonbinary_share = config.gender_distribution.get("nonbinary", 0.0)
    is_nonbinary = d.chance("nonbinary", nonbinary_share, key)
    gender = Coded(
        np.where(is_nonbinary, GENDERS.index("nonbinary"), is_male * np.int32(GENDERS.index("male"))).astype(np.int32),
        GENDERS,
    )
    birth_date = _birth_dates(context, d, age, order, key)
    income_group = context.of(education.prepare).group_of(households.income_bracket)[home]
    is_ios = platforms.is_ios(context, key, age, income_group)
    partner = np.flatnonzero((number == 2) & homes.is_couple[home])
    learnt = education.educations(
        context,
        key,
        age=age,
        is_male=is_male,
        state=households.state.codes[home],
        income_group=income_group,
        partner=partner,
    )
    has_young = _has_young(roster, kind, age)
    works = employment.employments(
        context, key, age=age, is_male=is_male, education=learnt, has_young=has_young, income_group=income_group
    )
    is_named_after = (
        (role == "child") & (gender == "male") & d.chance("namesake", _identity(context).namesake_share, key)
    )
    named_after = _namesakes(roster, is_named_after, is_nonbinary)
    opt_in = d.chance("email_opt_in", config.identity_mappings.email_opt_in_share, key)
    return Columns(
        individual_id=individual_id,
        household_id=household_id,
        person_number=number,
        role=role,
        first_name=names.first_names(context, d, gender, age[named_after], named_after, key),
        last_name=names.last_names(context, d, role, hashed(households.household_id), home, key),
        gender=gender,
        birth_date=birth_date,
        age=age,
        education=learnt,
        employment_status=works,
        email_opt_in=(age >= ADULT_AGE) & opt_in,
        ad_tracking_allowed=(age >= TEEN_AGE) & tracking_allowed(context, key, is_ios),
    )


# --- roles and ages -------------------------------------------------------------------------------------------


def _younger_parent(homes: Columns) -> np.ndarray:
    """Age of the younger of a couple, or of the householder."""
    return np.where(homes.is_couple, np.minimum(homes.age, homes.spouse_age), homes.age)


def _kinds(context: Context, d: Draws, roster: _Roster) -> np.ndarray:
    """What each member is, `_HEAD` of householder, spouse and partner."""
    model, homes, home = context.of(prepare), roster.homes, roster.home
    place = roster.number - homes.is_couple[home] - 1  # 1..minors: minor children; above: others
    kind = np.where(place >= 1, np.int8(_MINOR), np.int8(_HEAD))
    other = np.flatnonzero(place > homes.minors[home])
    home, unit = home[other], d.unit("role", roster.key[other])
    drawn = np.empty(len(other), np.int8)
    for code, household_type in enumerate(TYPES):
        of_type = np.flatnonzero(homes.household_type.codes[home] == code)
        shares = dict(zip(_OTHERS, ROLE_SHARES[household_type], strict=True))
        options = np.array(picks(shares), np.int8)
        limits = cumulative_thresholds([shares[option] for option in picks(shares)])
        drawn[of_type] = options[step_index(unit[of_type], limits)]
    drawn[(drawn == _PARENT) & (homes.age[home] > model.parent_to)] = _RELATIVE
    # A young parent has room for so many grown children: the first at `grown_from`, each further one a year later.
    grown = drawn == _ADULT_CHILD
    before = np.cumsum(grown) - grown
    begin = np.searchsorted(home, home, side="left")
    nth = before - before[begin] if len(home) else before
    room = _younger_parent(homes)[home] - context.of(children.prepare).grown_from
    drawn[grown & (nth > room)] = _RELATIVE
    kind[other] = drawn
    return kind


def _roles(household_type: Coded, kind: np.ndarray, number: np.ndarray) -> Coded:
    of_kind = np.array([ROLES.index(role) for role in ("child", "child", "parent", "relative", "roommate")], np.int32)
    spouse = np.where(
        household_type == "married_couple", np.int32(ROLES.index("spouse")), np.int32(ROLES.index("partner"))
    )
    codes = np.where(kind == _HEAD, spouse, of_kind[kind])
    codes[number == 1] = ROLES.index("householder")
    return Coded(codes, ROLES)


def _ages(context: Context, d: Draws, roster: _Roster, kind: np.ndarray, order: children.Order) -> np.ndarray:
    homes, home, key = roster.homes, roster.home, roster.key
    age = np.where(roster.number == 1, homes.age[home], homes.spouse_age[home])
    twin = children.twins(order, d.chance("twin", _identity(context).twin_share, key[order.row]))
    age[order.row] = children.ages(context.of(children.prepare), d, order, twin, key[order.row])
    member = np.flatnonzero(kind >= _PARENT)
    ticket = d.below("age", MEMBER_TICKETS, key[member])
    group = kind[member].astype(np.int64) * AGES + homes.age[home[member]]
    age[member] = context.of(prepare).ages.draw(ticket, group)
    return age


def _birth_dates(context: Context, d: Draws, age: np.ndarray, order: children.Order, key: np.ndarray) -> np.ndarray:
    births, unit = context.of(prepare), d.unit("birthday", key)
    birth_date = births.born_first[age] + unit % births.born_days[age]
    rows = order.row
    birth_date[rows] = children.birthdays(order, age[rows], unit[rows], births.born_first, births.born_days)
    return birth_date


def _has_young(roster: _Roster, kind: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Who is parent of a young child at home: householder, spouse or partner."""
    young = np.zeros(len(roster.homes), bool)
    young[roster.home[(kind == _MINOR) & (age < employment.YOUNG_CHILD)]] = True
    return young[roster.home] & ((roster.number == 1) | ((roster.number == 2) & roster.homes.is_couple[roster.home]))


def _identity(context: Context) -> IdentityConfig:
    return context.config.demographics_config.identity_mappings


def _is_male(context: Context, d: Draws, roster: _Roster, kind: np.ndarray, age: np.ndarray) -> np.ndarray:
    homes, home = roster.homes, roster.home
    is_male = np.where(roster.number == 1, homes.is_male[home], homes.spouse_is_male[home])
    member = np.flatnonzero(kind != _HEAD)
    model = context.of(composition.prepare)
    is_male[member] = single_is_male(d, model, age[member], "sex", roster.key[member])
    return is_male


# --- names ----------------------------------------------------------------------------------------------------


def _namesakes(roster: _Roster, is_asked: np.ndarray, is_nonbinary: np.ndarray) -> np.ndarray:
    """The row of the person one's first name is drawn for: the father of those who are asked, else oneself."""
    homes, home, people = roster.homes, roster.home, np.arange(len(roster.key))
    head = np.cumsum(homes.size) - homes.size
    # Whoever is nonbinary is no father here. Where there is no couple, nobody looks at the row behind the head.
    behind = np.minimum(head + 1, len(people) - 1)
    heads_father = homes.is_male & ~is_nonbinary[head]
    spouse_fathers = homes.is_couple & homes.spouse_is_male & ~is_nonbinary[behind]
    father = np.where(heads_father, head, behind)[home]
    has_father = (heads_father | spouse_fathers)[home]
    return np.where(is_asked & has_father, father, people)
