"""The population model adds up to the published pyramid and to what the user asked for."""

import numpy as np
import pytest

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig, size_shares
from idgraph_widgets.population import arrangements, population_model, rake
from idgraph_widgets.population.products import product

pytestmark = pytest.mark.quick

SIZES = tuple(sorted(size_shares(GenerationConfig().household_config).items()))


@pytest.fixture(scope="module")
def model():
    return population_model(SIZES, (0, 100), 0.495, 0.05)


def test_ages_meet_the_pyramid(model):
    found = sum(model.age_by_type.values())
    wanted = np.array([row["total"] for row in reference.facts("age_single_year")], dtype=float)
    assert 0.5 * np.abs(found / found.sum() - wanted / wanted.sum()).sum() < 0.01


def test_types_are_near_the_published_shares(model):
    found = {}
    for comp in model.compositions:
        found[comp.household_type] = found.get(comp.household_type, 0) + comp.share
    published = {row["category"]: row["share_of_households"] for row in reference.facts("household_type")}
    assert abs(found["married_couple"] - published["married_couple"]) < 0.02
    assert abs(found["cohabiting"] - published["cohabiting_couple"]) < 0.01
    assert abs(sum(found.values()) - 1) < 1e-9


def test_a_child_is_too_young_to_have_been_born_before_fifteen(model):
    for chain in (model.siblings.minors, model.siblings.grown):
        parent, child = np.nonzero(chain.weights)
        assert (parent - child).min() >= 16  # whole years: at least 15 on any birthdays


@pytest.mark.parametrize("n", [1, 2, 4, 6])
def test_so_many_children_are_expected_as_there_are(model, n):
    children, eldest = model.siblings.expected_minors(n)
    assert children[18:60].sum(axis=1) == pytest.approx(n)
    assert eldest[18:60].sum(axis=1) == pytest.approx(1)
    homes = np.zeros(101)
    homes[40:60] = 0.5
    for several in (1, 3):
        grown = model.siblings.expected_grown({(n, several): homes, (0, 1): homes}, {n: eldest})
        assert grown.sum() == pytest.approx(10 * (several + 1)) and grown[:18].sum() == pytest.approx(0, abs=1e-6)


def test_more_children_take_older_parents(model):
    """The youngest parents of several minors are rarer than those of one."""
    young = {}
    for comp in model.compositions:
        if comp.household_type == "single_parent" and not comp.others:
            young[comp.minors] = model.ages_of(comp)[:23].sum()
    assert young[1] > young[3] > young[5]


def test_adults_live_as_published_at_every_age():
    """Means of the bands of table AD-3."""
    published = {}
    for row in reference.facts("living_arrangements"):
        published.setdefault((row["age_band"], row["arrangement"]), []).append(row["percent"] / 100)
    names = {"spouse": "living_with_spouse", "partner": "living_with_partner", "alone": "living_alone"}
    people = np.array([row["total"] for row in reference.facts("age_single_year")], dtype=float)
    shares = arrangements.published()
    for band, low, high in (
        ("18-24", 18, 25),
        ("25-34", 25, 35),
        ("35-64", 35, 65),
        ("65-74", 65, 75),
        ("75+", 75, 101),
    ):
        for place, name in enumerate(arrangements.ARRANGEMENTS[:-1]):
            wanted = published.get((band, names.get(name, "child_of_householder")))
            if wanted:
                found = np.average(shares[low:high, place], weights=people[low:high])
                assert found == pytest.approx(np.mean(wanted), abs=0.045 if band == "75+" else 0.025), (band, name)
    assert np.abs(np.diff(shares[18:61], axis=0)).max() < 0.06


def test_a_narrow_age_range_holds_for_everybody():
    model = population_model(SIZES, (30, 50), 0.495, 0.05)
    found = sum(model.age_by_type.values())
    assert found[30:51].sum() == pytest.approx(found.sum())
    assert not any(comp.minors for comp in model.compositions)
    assert "single_parent" not in model.age_by_type


def test_teenagers_only_as_minors_when_the_range_starts_at_ten():
    model = population_model(SIZES, (10, 60), 0.495, 0.05)
    assert model.youngest[:3] == (18, 26, 27)
    assert sum(model.age_by_type.values())[:10].sum() == 0


@pytest.mark.parametrize("share", [0.0, 0.2, 0.495, 0.9, 1.0])
def test_any_share_of_men_is_met(share):
    model = population_model(SIZES, (0, 100), share, 0.05)
    couples = sum(c.share for c in model.compositions if c.is_couple)
    sexes = model.sexes
    husband, wife = sexes.spouse
    spouse_male = sexes.couple * husband + (1 - sexes.couple) * wife
    if share in (0.0, 1.0):
        assert spouse_male == share == sexes.couple
    assert couples > 0.4
    assert spouse_male == pytest.approx(sexes.couple, abs=1e-9)


def test_raking_meets_the_marginal_and_keeps_the_association():
    table = rake(np.array([[3.0, 1.0], [1.0, 3.0]]), np.array([0.5, 0.5]), np.array([0.7, 0.3]))
    assert (0.5 * table[0] + 0.5 * table[1]) == pytest.approx([0.7, 0.3])
    assert table[0, 0] > table[1, 0]


def test_products_are_those_of_matrices():
    rng = np.random.default_rng(3)
    row, left, right = rng.random(4), rng.random((3, 4)), rng.random((4, 5))
    assert product(left, right) == pytest.approx(left @ right)
    assert product(row, right) == pytest.approx(row @ right)
    assert product(left, row) == pytest.approx(left @ row)
