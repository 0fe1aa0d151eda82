"""Who lives together, straight from the kernels: siblings, parents, ages without a step."""

from __future__ import annotations

import numpy as np
import pytest
from support.people import people_of

from idgraph_widgets.arrays import text
from idgraph_widgets.config import GenerationConfig

HOUSEHOLDS = 60_000


def config_of(households: int = HOUSEHOLDS, seed: int = 5) -> GenerationConfig:
    config = GenerationConfig(seed=seed)
    config.household_config.num_households = households
    return config


@pytest.fixture(scope="module")
def default():
    return people_of(config_of())


def is_in(column, *values) -> np.ndarray:
    return np.isin(np.asarray(text(column).to_pylist()), values)


def siblings(persons) -> tuple[np.ndarray, np.ndarray]:
    """Days between every two children of one home, and those of neighbours in birth order."""
    child = is_in(persons.role, "child")
    home, born = persons.household_id[child], persons.birth_date[child]
    order = np.lexsort((born, home))
    home, born = home[order], born[order]
    apart = [(born[k:] - born[:-k])[home[k:] == home[:-k]] for k in range(1, 12)]
    return np.concatenate(apart), apart[0]


CASES = {
    "default": {},
    "homes of twelve": {"size": {12: 1.0}},
    "homes of seven, up to 30": {"size": {7: 1.0}, "age_range": (0, 30)},
    "every second a twin": {"twin_share": 0.5},
    "no twins": {"twin_share": 0.0},
    "from ten years": {"age_range": (10, 60)},
}


@pytest.mark.parametrize("name", list(CASES))
def test_siblings_are_twins_or_a_pregnancy_apart(name):
    case, config = CASES[name], config_of(4_000)
    demographics = config.demographics_config
    if "size" in case:
        config.household_config.size_distribution.shares = case["size"]
        config.household_config.size_distribution.max_size = max(case["size"])
    demographics.age_range = case.get("age_range", demographics.age_range)
    demographics.identity_mappings.twin_share = case.get("twin_share", demographics.identity_mappings.twin_share)
    homes, persons = people_of(config)
    apart, _ = siblings(persons)
    assert len(apart) > 500
    assert not ((apart > 0) & (apart < 280)).any()
    if name == "no twins":
        assert not (apart == 0).any()
    low, high = demographics.age_range
    assert persons.age.min() >= low and persons.age.max() <= high
    # Children are 15 years younger than the younger parent, and minors are as many as the home says.
    minors = np.bincount(persons.household_id[is_in(persons.role, "child") & (persons.age < 18)], minlength=4_001)[1:]
    assert ((minors > 0) == homes.has_children).all()


def test_twins_are_three_in_a_hundred_pairs(default):
    apart, _ = siblings(default[1])
    assert 0.02 < (apart == 0).mean() < 0.045


def test_intervals_between_births_are_as_published(default):
    """Below 27 months 30 %, to 68 months 50 %, longer 20 %: of siblings who still live together somewhat shorter."""
    _, neighbours = siblings(default[1])
    months = neighbours[neighbours > 0] / 30.44
    assert 0.27 < (months < 27).mean() < 0.42
    assert 0.10 < (months >= 69).mean() < 0.25


def test_mothers_have_an_age_to_bear_children(default):
    _, persons = default
    parent = is_in(persons.role, "householder", "spouse", "partner") & is_in(persons.gender, "female")
    mother = dict(zip(persons.household_id[parent], persons.age[parent], strict=True))
    minor = np.flatnonzero(is_in(persons.role, "child") & (persons.age < 18))
    at_birth = np.array([mother[h] - a for h, a in zip(persons.household_id[minor], persons.age[minor]) if h in mother])
    assert at_birth.min() >= 15
    assert (at_birth > 45).mean() < 0.02 and (at_birth < 18).mean() < 0.04
    assert 27.5 < np.median(at_birth) < 30.5


def test_more_children_are_born_to_younger_mothers_not_at_once(default):
    """Homes with three minors have older parents of the eldest than their youngest's age alone would tell."""
    _, persons = default
    child = is_in(persons.role, "child") & (persons.age < 18)
    count = np.bincount(persons.household_id[child], minlength=HOUSEHOLDS + 1)
    eldest = np.zeros(HOUSEHOLDS + 1, np.int64)
    np.maximum.at(eldest, persons.household_id[child], persons.age[child])
    assert eldest[count == 3].mean() > eldest[count == 1].mean() + 1


@pytest.mark.parametrize("what", ["child", "partnered"])
def test_neighbouring_ages_live_alike(default, what):
    homes, persons = default
    holder = is_in(persons.role, "householder")
    coupled = is_in(homes.household_type, "married_couple", "cohabiting")[persons.household_id - 1]
    hit = {
        "child": is_in(persons.role, "child"),
        "partnered": is_in(persons.role, "spouse", "partner") | (holder & coupled),
    }[what]
    people = np.bincount(persons.age, minlength=101)
    share = np.bincount(persons.age, hit, minlength=101) / np.maximum(people, 1)
    noise = 3 * np.sqrt(2 * 0.25 / people[18:61].min())
    assert np.abs(np.diff(share[18:61])).max() < 0.06 + noise
    assert share[18] > 0.6 > share[30] if what == "child" else share[18] < 0.1 < share[22]
