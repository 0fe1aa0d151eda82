"""Who lives together, straight from the kernels: siblings, parents, ages without a step."""

from __future__ import annotations

import numpy as np
import pytest
from support.people import people_of

from idgraph_widgets import reference
from idgraph_widgets.arrays import text
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators import people
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.people import education, platforms
from idgraph_widgets.schema.individuals import EDUCATION_LEVELS

pytestmark = pytest.mark.quick

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


# --- education, work, places ------------------------------------------------------------------------------------


def couples(persons) -> tuple[np.ndarray, np.ndarray]:
    """Education of householders and of their spouse or partner."""
    partner = np.flatnonzero(is_in(persons.role, "spouse", "partner"))
    level = np.asarray(text(persons.education).to_pylist())
    return level[partner - 1], level[partner]


def test_partners_learnt_alike(default):
    householder, partner = couples(default[1])
    degree = np.isin(partner, ["bachelors", "graduate"])
    assert degree[householder == "less_than_high_school"].mean() <= 0.12
    assert degree[householder == "graduate"].mean() >= 0.60
    rising = [degree[householder == level].mean() for level in EDUCATION_LEVELS]
    assert rising == sorted(rising)
    # Both have the shares of their age: nobody's marginal is moved by the other.
    head = np.isin(householder, ["bachelors", "graduate"]).mean()
    assert abs(head - degree.mean()) < 0.03


def test_degrees_come_with_age(default):
    _, persons = default
    degree = is_in(persons.education, "bachelors", "graduate")
    people = np.bincount(persons.age, minlength=101)
    share = np.bincount(persons.age, degree, minlength=101) / np.maximum(people, 1)
    assert share[18] == 0 and share[20] < 0.1 and 0.2 < share[24] < 0.4
    noise = 3 * np.sqrt(2 * 0.25 / people[18:61].min())
    assert np.abs(np.diff(share[18:61])).max() < 0.06 + noise


def test_young_children_keep_mothers_at_home_and_fathers_at_work(default):
    _, persons = default
    parent = is_in(persons.role, "householder", "spouse", "partner")
    young = np.unique(persons.household_id[is_in(persons.role, "child") & (persons.age < 6)])
    with_young = parent & np.isin(persons.household_id, young)
    prime = (persons.age >= 25) & (persons.age < 45)
    works = is_in(persons.employment_status, "employed_full_time", "employed_part_time")
    at_home = is_in(persons.employment_status, "homemaker")
    women, men = is_in(persons.gender, "female"), is_in(persons.gender, "male")
    assert works[women & prime & with_young].mean() < works[women & prime & ~with_young].mean() - 0.05
    assert works[men & prime & with_young].mean() > works[men & prime & ~with_young].mean()
    assert at_home[women & prime & with_young].mean() > 2 * at_home[women & prime & ~with_young].mean()
    band = (persons.age >= 25) & (persons.age < 55)
    assert 6 < at_home[women & band].mean() / at_home[men & band].mean() < 11


def test_configured_shares_come_first():
    config = config_of(20_000)
    levels = {"high_school": 0.7, "bachelors": 0.2, "graduate": 0.1}
    config.demographics_config.education_distribution = levels
    config.demographics_config.employment_distribution = {"employed_full_time": 0.3, "retired": 0.3, "student": 0.4}
    config.household_config.location_distribution = {"CA": 0.5, "WV": 0.3, "UT": 0.2}
    homes, persons = people_of(config)
    for column, low, wanted in (
        (persons.education, 25, levels),
        (persons.employment_status, 16, config.demographics_config.employment_distribution),
    ):
        for name, share in wanted.items():
            assert is_in(column, name)[persons.age >= low].mean() == pytest.approx(share, abs=0.012), name
    for name, share in config.household_config.location_distribution.items():
        assert is_in(homes.state, name).mean() == pytest.approx(share, abs=0.012)
    # Utah's homes are married, California's neighbours learnt more than West Virginia's, as far as that leaves.
    married = is_in(homes.household_type, "married_couple")
    assert married[is_in(homes.state, "UT")].mean() > married[is_in(homes.state, "WV")].mean() + 0.08
    degree = is_in(persons.education, "bachelors", "graduate") & (persons.age >= 25)
    state = np.asarray(text(homes.state).to_pylist())[persons.household_id - 1]
    adults = persons.age >= 25
    assert degree[adults & (state == "CA")].mean() > degree[adults & (state == "WV")].mean() + 0.05


def test_homes_lie_where_people_of_their_zip3_live(default):
    homes, _ = default
    state = np.asarray(text(homes.state).to_pylist())
    in_california = homes.latitude[state == "CA"]
    assert 0.55 < (in_california < 37).mean() < 0.72
    people = {row["zip3"]: row["people"] for row in reference.facts("zip3_centres") if row["state"] == "TX"}
    zip3 = np.asarray(text(homes.zip3).to_pylist())[state == "TX"]
    largest = max(people, key=people.get)
    assert (zip3 == largest).mean() == pytest.approx(people[largest] / sum(people.values()), abs=0.02)
    market = np.asarray(text(homes.market_code).to_pylist())[state == "TX"]
    assert len({*zip(zip3, market, strict=True)}) == len(set(zip3))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.58, 1.0])
def test_iphones_go_with_age_and_income_and_macs_with_them(default, share):
    homes, persons = default
    config = config_of()
    config.demographics_config.identity_mappings.ios_share = share
    context = Context.make(config, people.PREPARE)
    income = context.of(education.prepare).group_of(homes.income_bracket)[persons.household_id - 1]
    key = hashed(persons.individual_id)
    apple = platforms.is_ios(context, key, persons.age, income)
    from_13 = persons.age >= 13
    assert apple[from_13].mean() == pytest.approx(share, abs=0.01)
    old, young = persons.age >= 65, from_13 & (persons.age < 30)
    if 0 < share < 1:
        assert apple[young].mean() > apple[old].mean() * 1.3
        assert apple[from_13 & (income == 2)].mean() > apple[from_13 & (income == 0)].mean() * 1.3
    adults, nobody = persons.age >= 18, np.zeros(len(key), bool)
    computer = platforms.computers(context, context.draws("devices"), key, apple, nobody)
    mac = is_in(computer, "macos")
    wanted = config.demographics_config.identity_mappings.desktop_platform_shares["macos"]
    assert mac[adults].mean() == pytest.approx(wanted, abs=0.012)
    if 0 < share < 1:
        assert mac[adults & apple].mean() > 1.5 * mac[adults & ~apple].mean()
