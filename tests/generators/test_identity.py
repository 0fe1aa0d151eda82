"""The identity graph: what is shared, what is false, and how sure the graph is of it."""

import hashlib
import re
from datetime import timedelta

import numpy as np
import pandas as pd
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
    """The graph of 1,000 households with these identity dials."""
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
    is_true = guessed.relation.isin(["owner", "co_user"])
    fifth = (guessed.confidence * 5).astype(int)
    assert len(guessed) > 900
    for _, rows in guessed.assign(is_true=is_true).groupby(fifth):
        assert abs(rows.confidence.mean() - rows.is_true.mean()) <= 0.01 + 2 / len(rows) ** 0.5, rows


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_recycled_mailboxes_follow_their_dial_and_their_hashes_are_of_the_written_address(share):
    links = _graph(recycled_email_share=share).links
    mail = links[(links.identifier_type == "email") & ~links.is_shared]
    recycled = mail[mail.relation.isin(["former_owner", "outsider"])]
    assert abs(len(recycled) / len(mail) - share) <= 0.03
    hashes = links[(links.identifier_type == "hashed_email") & (links.match_type == "deterministic")]
    false = set(zip(recycled.individual_id, recycled.identifier_value.map(_sha256), strict=True))
    every = links[links.identifier_type == "email"]
    known = set(zip(every.individual_id, every.identifier_value.map(_sha256), strict=True))
    for row in hashes.itertuples():
        link = (row.individual_id, row.identifier_value)
        assert link in known
        assert (link in false) == (row.relation == "outsider")


def test_only_what_a_home_shares_is_certain_and_others_are_as_often_wrong_as_they_say():
    links = graph_of(_config(8_000)).links
    known = links[links.match_type == "deterministic"]
    assert (known.is_shared == (known.confidence == 1)).all()
    own = known[~known.is_shared]
    assert 0.95 < own.confidence.min() < own.confidence.max() < 0.9991
    assert abs(own.confidence.mean() - own.relation.eq("owner").mean()) < 0.003


def test_false_links_are_mostly_about_outsiders_whose_identifiers_nobody_else_has():
    links = graph_of(_config(4_000)).links
    guessed = links[links.match_type == "probabilistic"]
    false = guessed[~guessed.relation.isin(["owner", "co_user"])]
    outside = links[links.relation == "outsider"]
    assert false.relation.eq("outsider").mean() > 0.65
    assert outside.true_individual_id.isna().all()
    assert links[links.relation != "outsider"].true_individual_id.notna().all()
    values = links[links.identifier_type != "ip_address"].groupby("identifier_value").size()
    assert (values[outside[outside.identifier_type != "ip_address"].identifier_value] == 1).all()
    # They live as others do.
    true = guessed[guessed.relation == "owner"]
    for kind in ("cookie", "idfa", "gaid"):
        here, there = false[false.identifier_type == kind], true[true.identifier_type == kind]
        days = [(rows.last_seen_ts - rows.first_seen_ts).dt.total_seconds().mean() / 86_400 for rows in (here, there)]
        assert abs(days[0] / days[1] - 1) < 0.15, kind


def test_accounts_shared_with_a_grown_child_are_true_in_both_homes():
    graph = graph_of(_config(4_000))
    links, ages = graph.links, graph.individuals.age
    age = dict(zip(graph.individuals.individual_id.tolist(), ages.tolist(), strict=True))
    co_used = links[links.relation == "co_user"]
    guessed = links[(links.match_type == "probabilistic") & links.relation.isin(["owner", "co_user"])]
    assert len(co_used) / len(guessed) > 0.05
    owners = links[links.relation == "owner"]
    pairs = co_used.merge(owners, on=["identifier_type", "identifier_value"], suffixes=("", "_owner"))
    assert len(pairs) == len(co_used)
    assert (pairs.household_id_owner < pairs.household_id).all()
    apart = [abs(age[a] - age[b]) for a, b in zip(pairs.individual_id, pairs.individual_id_owner, strict=True)]
    assert min(apart) >= 18


def test_identifiers_are_first_seen_later_but_everybody_is_known_in_the_first_hour():
    graph = graph_of(_config(2_000))
    links, start = graph.links, graph.links.first_seen_ts.min().normalize()
    wait = (links.first_seen_ts - start).dt.total_seconds() / 3_600
    assert (wait > 0).all()
    assert wait.groupby(links.individual_id).min().max() < 1
    assert (wait < 1).mean() < 0.4
    shared = links[links.is_shared]
    together = shared.groupby(["household_id", "identifier_type", "identifier_value"]).first_seen_ts
    assert (together.min() == together.max()).all()


def test_who_is_more_active_is_seen_sooner():
    from idgraph_widgets.draws import hashed
    from idgraph_widgets.generators.activity import activity_class

    graph = graph_of(_config(4_000))
    mail = graph.links[lambda links: (links.identifier_type == "email") & ~links.is_shared]
    of = activity_class(graph.context, hashed(mail.individual_id.to_numpy()))
    days = (mail.first_seen_ts - mail.first_seen_ts.min()).dt.total_seconds() / 86_400
    assert days[of < 64].mean() > 3 * days[of >= 192].mean()


def test_phones_are_replaced_by_others_with_devices_and_identifiers_of_their_own():
    graph = _graph(phone_life_days=365, probabilistic_share=0.0, deterministic_error_share=0.0)
    phones = graph.links[lambda links: links.identifier_type.isin(["idfa", "gaid"]) & (links.device_type == "mobile")]
    of = phones.sort_values("first_seen_ts").groupby("individual_id")
    # 90 days of a life of a year, and not each of both is observed.
    assert 0.1 < (of.size() > 1).mean() < 0.3
    assert (of.device_id.nunique() == of.size()).all() and (of.platform.min() == of.platform.max()).all()
    later = phones.sort_values("first_seen_ts").groupby("individual_id").last_seen_ts.shift()
    assert not (phones.sort_values("first_seen_ts").first_seen_ts <= later).any()
    cookies = graph.links[(graph.links.identifier_type == "cookie") & (graph.links.device_type == "mobile")]
    ends = phones.set_index("device_id")
    on_phone = cookies[cookies.device_id.isin(ends.index)]
    last = ends.last_seen_ts[~ends.index.duplicated()].reindex(on_phone.device_id).to_numpy()
    opted_out = ends.opted_out_ts[~ends.index.duplicated()].reindex(on_phone.device_id).notna().to_numpy()
    assert len(on_phone) > 300
    assert (opted_out | (on_phone.last_seen_ts.to_numpy() <= last)).all()


def test_mailboxes_are_opened_and_given_up_behind_the_first():
    few, many = (_graph(mailbox_churn_per_90_days=share).links for share in (0.0, 0.8))
    mail = [links[(links.identifier_type == "email") & ~links.is_shared] for links in (few, many)]
    assert mail[0].is_active[mail[0].opted_out_ts.isna()].all()
    given_up = ~mail[1].is_active & mail[1].opted_out_ts.isna()
    assert 0.15 < given_up.mean() < 0.5
    assert len(mail[1]) > 1.1 * len(mail[0])
    # Everybody keeps one.
    assert set(mail[0].individual_id) <= set(mail[1].individual_id)


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
    # Half of those with a dot lose it.
    assert 0.65 < is_tagged.sum() / len(boxes) < 0.9


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


# --- growth -----------------------------------------------------------------------------------------------------


def _later(days, **dials):
    config = _config(1_500, **dials)
    config.end_date = config.start_date + timedelta(days=days)
    return graph_of(config)


@pytest.mark.parametrize(
    "dials", [{}, {"phone_life_days": 365, "mailbox_churn_per_90_days": 0.5, "moves_per_year": 0.5}]
)
def test_a_later_end_adds_identifiers_and_changes_none(dials):
    short, long = _later(45, **dials), _later(200, **dials)
    ends = ["last_seen_ts", "opted_out_ts", "is_active"]
    before = short.frame("identity_mappings").set_index("mapping_id").drop(columns=ends)
    after = long.frame("identity_mappings").set_index("mapping_id").drop(columns=ends)
    assert len(after) > 1.2 * len(before)
    assert after.loc[before.index].equals(before)
    truth = [graph.frame("truth_identity").set_index("mapping_id") for graph in (short, long)]
    assert truth[1].loc[truth[0].index].equals(truth[0])
    added = after.drop(before.index)
    assert (added.first_seen_ts >= pd.Timestamp(short.context.end, unit="us", tz="UTC")).all()


def test_more_homes_change_none_of_the_others():
    few, many = graph_of(_config(1_000)), graph_of(_config(2_000))
    for name, household in (("identity_mappings", "household_id"), ("truth_identity", "asserted_household_id")):
        rows = many.frame(name)
        assert rows[rows[household] <= 1_000].reset_index(drop=True).equals(few.frame(name)), name


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


def test_links_that_repeat_a_value_repeat_a_true_row_of_a_lower_home_or_the_own(noisy):
    links = noisy[1].links
    true = links[links.relation == "owner"]
    known = set(zip(true.identifier_value, true.individual_id, strict=True))
    false = links[links.relation.isin(["household_member", "former_owner", "stranger"])]
    assert known.issuperset(zip(false.identifier_value, false.true_individual_id, strict=True))
    assert (ids.household_of(false.true_individual_id) <= false.household_id).all()
    assert not false.duplicated(["individual_id", "identifier_value"]).any()


def test_what_later_parts_may_repeat_stays_slim(noisy):
    graph = noisy[1]
    *_, sources = identity_mappings.make(graph.context, graph.households, graph.individuals, None)
    per_home = np.unique(np.stack([ids.household_of(sources.individual_id), sources.kind]), axis=1)
    assert per_home.shape[1] == len(sources) <= 4 * len(graph.households)
