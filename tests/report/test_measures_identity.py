"""Measures of the identity graph against the same figures computed with pandas from the tables themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from idgraph_widgets.errors import StorageError
from idgraph_widgets.report import measures
from idgraph_widgets.report.measures.identity import component_sizes


def test_reliability(dataset_1k, links):
    table = measures.confidence_reliability(dataset_1k)
    true = links.individual_id == links.true_individual_id
    assert table.links.sum() == len(links)
    for row in table.itertuples():
        ticks = (links.confidence * 10_000).round()
        inside = (ticks >= round(row.low * 10_000)) & ((ticks < round(row.high * 10_000)) | (row.low == 1))
        assert row.links == inside.sum()
        assert row.true_share == pytest.approx(true[inside].mean())
        assert row.claimed == pytest.approx(links.confidence[inside].mean())
        assert row.interval_low <= row.true_share <= row.interval_high


def test_pair_quality(dataset_1k, links):
    def pairs(names):
        sizes = links.groupby(names).size()
        return int((sizes * (sizes - 1) // 2).sum())

    found = measures.pair_quality(dataset_1k)
    assert found.asserted == pairs(["individual_id"])
    assert found.true == pairs(["true_individual_id"])
    assert found.both == pairs(["individual_id", "true_individual_id"])
    assert found.f1 == pytest.approx(2 / (1 / found.precision + 1 / found.recall))


def test_degrees(dataset_1k, links):
    found = measures.degrees(dataset_1k)
    held = links.dropna(subset=["device_id"])
    expected = {
        "identifiers per person": links.groupby("individual_id").size(),
        "identifiers per household": links.groupby("household_id").size(),
        "devices per person": held.groupby("individual_id").device_id.nunique(),
        "people per device": held.groupby("device_id").individual_id.nunique(),
        "people per identifier": links.groupby(["identifier_type", "identifier_value"]).size(),
    }
    for name, sizes in expected.items():
        part = found[found["of"] == name].set_index("degree")["count"]
        assert part.to_dict() == sizes.value_counts().to_dict(), name


def test_components(dataset_1k, frames, links):
    found = measures.components(dataset_1k)
    for name, rows in (
        ("with IP addresses", links),
        ("without IP addresses", links[links.identifier_type != "ip_address"]),
    ):
        parent = {person: person for person in frames["individuals"].individual_id}

        def root(person):
            while parent[person] != person:
                person = parent[person]
            return person

        for _, holders in rows.groupby(["identifier_type", "identifier_value"]).individual_id:
            first, *others = holders
            for other in others:
                parent[root(other)] = root(first)
        sizes = pd.Series([root(person) for person in parent]).value_counts().value_counts()
        part = found[found.links == name]
        assert part.set_index("people")["components"].to_dict() == sizes.to_dict()
        assert part.share.sum() == pytest.approx(1)


def test_component_sizes_of_a_path_and_a_pair():
    path = [(i, i + 1) for i in range(100, 160)]
    assert sorted(component_sizes(np.array([*path[::-1], (1, 2)]))) == [2, 61]
    assert len(component_sizes(np.zeros((0, 2), dtype="int64"))) == 0


def test_household_graph(dataset_1k, frames, links):
    false = links[links.individual_id != links.true_individual_id]
    key = int(false.household_id.iloc[0])
    graph = measures.household_graph(dataset_1k, key)
    rows = links[links.household_id == key]
    kinds = pd.Series([node.kind for node in graph.nodes]).value_counts()
    assert kinds["person"] == (frames["individuals"].household_id == key).sum()
    assert kinds["identifier"] == rows.groupby(["identifier_type", "identifier_value"]).ngroups
    assert kinds.get("device", 0) == rows.device_id.nunique()
    members = {node.id for node in graph.nodes if node.kind == "person"}
    own = [edge for edge in graph.edges if edge.kind == "link" and edge.source in members]
    assert len(own) == len(rows)
    assert sum(not edge.is_true for edge in own) == (rows.individual_id != rows.true_individual_id).sum()
    ids = {node.id for node in graph.nodes}
    assert len(ids) == len(graph.nodes)
    assert all(edge.source in ids and edge.target in ids for edge in graph.edges)
    for row in rows[rows.individual_id != rows.true_individual_id].itertuples():
        outside = pd.isna(row.true_individual_id)
        owner = f"o{row.mapping_id}" if outside else f"p{int(row.true_individual_id)}"
        assert outside == (row.relation == "outsider")
        assert any(edge.kind == "truth" and edge.target == owner for edge in graph.edges)
    with pytest.raises(StorageError, match="1 to 1,000"):
        measures.household_graph(dataset_1k, 1_001)


def test_households_are_found(dataset_1k, frames, links):
    family = frames["individuals"].last_name.iloc[0]
    found = measures.find_households(dataset_1k, f" {family.upper()} ", limit=2_000)
    expected = frames["individuals"][frames["individuals"].last_name == family].household_id
    assert set(found.household_id) >= set(expected)
    assert measures.find_households(dataset_1k, "17").household_id.tolist() == [17]
    value = links.identifier_value.iloc[0]
    assert links.household_id.iloc[0] in measures.find_households(dataset_1k, value).household_id.tolist()
    assert measures.find_households(dataset_1k, "no such '; family").empty
    notable = measures.notable_households(dataset_1k)
    assert min(2, notable.false_links[0]) == min(2, notable.false_links.max()) > 0
    assert measures.find_households(dataset_1k, "").household_id.tolist() == notable.household_id.tolist()
