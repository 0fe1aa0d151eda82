"""The identity graph: what is shared, what is false, and how sure the graph is of it."""

import hashlib
import re

import numpy as np
import pytest
from support.graph import graph_of

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.generators.identity import identity_mappings
from idgraph_widgets.schema import ids


def _config(homes=1_000, **dials):
    config = GenerationConfig(seed=5, household_config=HouseholdConfig(num_households=homes))
    for name, value in dials.items():
        setattr(config.demographics_config.identity_mappings, name, value)
    config.check()
    return config


def _graph(**dials):
    """The graph of 1 000 households with these identity dials."""
    return graph_of(_config(**dials))


def _public(links):
    return links[(links.identifier_type == "ip_address") & links.identifier_value.str.startswith("100.")]


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_members_of_a_home_never_meet_on_a_public_network():
    public = _public(_graph(public_ip_share=1.0, public_ip_pool_size=16).links)
    assert len(public) > 1_500
    assert public.identifier_value.nunique() == 16
    assert not public.duplicated(["household_id", "identifier_value"]).any()


def test_confidence_is_calibrated():
    links = _graph(probabilistic_share=1.0).links
    guessed = links[links.match_type == "probabilistic"]
    is_true = guessed.individual_id == guessed.true_individual_id
    fifth = (guessed.confidence * 5).astype(int)
    assert len(guessed) > 900
    for _, rows in guessed.assign(is_true=is_true).groupby(fifth):
        assert abs(rows.confidence.mean() - rows.is_true.mean()) <= 0.01 + 2 / len(rows) ** 0.5, rows


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_recycled_mailboxes_follow_their_dial_and_have_no_hash(share):
    links = _graph(recycled_email_share=share).links
    mail = links[(links.identifier_type == "email") & ~links.is_shared]
    recycled = mail[mail.relation == "former_owner"]
    assert abs(len(recycled) / len(mail) - share) <= 0.03
    hashes = links[(links.identifier_type == "hashed_email") & (links.match_type == "deterministic")]
    stale = set(zip(recycled.individual_id, recycled.identifier_value.map(_sha256), strict=True))
    assert not stale & set(zip(hashes.individual_id, hashes.identifier_value, strict=True))


def test_without_any_observation_everybody_keeps_one_identifier():
    shares = dict.fromkeys(GenerationConfig().demographics_config.identity_mappings.observation_shares, 0.0)
    graph = _graph(observation_shares=shares, public_ip_share=0.0)
    links = graph.links
    assert set(links.individual_id) == set(graph.individuals.individual_id)
    assert set(links.identifier_type) <= {"email", "phone", "ip_address", "hashed_email"}


def test_children_have_shared_household_identifiers_only():
    graph = _graph()
    young = graph.individuals.individual_id[graph.individuals.age < 13]
    theirs = graph.links[lambda links: links.individual_id.isin(young)]
    assert len(theirs) > 500
    assert theirs.is_shared.all()


def test_spellings_meet_after_normalisation_only():
    links = _graph(email_variant_share=1.0, recycled_email_share=0.0).links
    mail = links[(links.identifier_type == "email") & ~links.is_shared]
    is_gmail = mail.identifier_value.str.contains("@gmail.", regex=False)
    is_tagged = mail.identifier_value.str.contains("+", regex=False)
    gmail = mail[is_gmail]
    box = gmail.identifier_value.map(lambda value: re.sub(r"\.|\+.*$", "", value.split("@")[0]))
    boxes = gmail.groupby([gmail.individual_id, box]).identifier_value
    assert len(boxes) > 500
    assert (boxes.size() == 2).all()
    assert (boxes.nunique() == 2).all()
    assert not (is_tagged & ~is_gmail).any()
    assert 0.4 < is_tagged.sum() / len(boxes) < 0.6


def test_hashes_made_in_another_way_join_no_other():
    links = _graph(hash_variant_share=1.0, typo_share=0.0, recycled_email_share=0.0).links
    own = links[
        (links.identifier_type == "hashed_email") & (links.match_type == "probabilistic") & (links.relation == "owner")
    ]
    mail = links[links.identifier_type == "email"]
    known = set(zip(mail.individual_id, mail.identifier_value.map(_sha256), strict=True))
    assert len(own) > 500
    assert not known & set(zip(own.individual_id, own.identifier_value, strict=True))
    assert 0.25 < (own.identifier_value.str.len() == 44).mean() < 0.42


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_hot_places_are_nodes_of_high_degree(share):
    public = _public(_graph(public_ip_share=1.0, hot_ip_share=share).links)
    degrees = public.identifier_value.value_counts()
    assert abs(degrees.iloc[:16].sum() / degrees.sum() - share) < 0.05
    assert not public.duplicated(["household_id", "identifier_value"]).any()


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_twins_and_namesakes_follow_their_dials(share):
    people = graph_of(_config(2_000, twin_share=share, namesake_share=share)).frame("individuals")
    child = people[people.role == "child"]
    before = child.assign(person_number=child.person_number + 1)
    later = child.merge(before, on=["household_id", "person_number"], suffixes=("", "_before"))
    twins = (later.birth_date == later.birth_date_before).mean()
    # Nobody is the twin of a twin, and an adult child after a minor is none.
    assert (twins < 0.005) if share == 0 else (0.2 < twins < 0.3)
    heads = (people.role == "householder") | (people.role.isin(["spouse", "partner"]) & (people.person_number == 2))
    fathers = people[heads & (people.gender == "male")]
    sons = child[child.gender == "male"]
    sons = sons[sons.household_id.isin(fathers.household_id)]
    namesakes = set(zip(fathers.household_id, fathers.first_name, strict=True))
    named = np.mean([pair in namesakes for pair in zip(sons.household_id, sons.first_name, strict=True)])
    assert named < 0.03 if share == 0 else abs(named - share) < 0.06


# --- parts of a block -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def noisy():
    """Many false links of all kinds: a configuration, and its graph made in one go."""
    config = _config(probabilistic_share=1.0, recycled_email_share=0.5, typo_share=0.5)
    return config, graph_of(config)


@pytest.mark.parametrize("part_homes", [400, 137, 10])
def test_no_row_depends_on_how_a_block_is_cut(noisy, part_homes):
    config, whole = noisy
    assert (whole.truth_identity.relation != "owner").sum() > 500
    cut = graph_of(config, part_homes)
    for name in ("identity_mappings", "truth_identity"):
        assert cut.frame(name).equals(whole.frame(name)), name


def test_false_links_repeat_a_true_row_of_a_lower_home_or_the_own(noisy):
    links = noisy[1].links
    true = links[links.relation == "owner"]
    known = set(zip(true.identifier_value, true.individual_id, strict=True))
    false = links[links.relation != "owner"]
    assert known.issuperset(zip(false.identifier_value, false.true_individual_id, strict=True))
    assert (ids.household_of(false.true_individual_id) <= false.household_id).all()
    assert not false.duplicated(["individual_id", "identifier_value"]).any()


def test_what_later_parts_may_repeat_stays_slim(noisy):
    graph = noisy[1]
    *_, sources = identity_mappings.make(graph.context, graph.households, graph.individuals, None)
    per_home = np.unique(np.stack([ids.household_of(sources.individual_id), sources.kind]), axis=1)
    assert per_home.shape[1] == len(sources) <= 4 * len(graph.households)
