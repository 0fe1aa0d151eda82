"""The identity graph for graph tools: the same nodes and edges in each format, the truth apart."""

from __future__ import annotations

import sys
from xml.etree import ElementTree as ET

import duckdb
import pytest

from idgraph_widgets.cli import main
from idgraph_widgets.dataset.export import GRAPHS, export_dataset
from idgraph_widgets.dataset.export.graph import GRAPH_SETS
from idgraph_widgets.errors import ConfigError

XML = "{http://graphml.graphdrawing.org/xmlns}"
NODES = [part.name for part in GRAPH_SETS if not part.is_edge]
EDGES = [part.name for part in GRAPH_SETS if part.is_edge and not part.truth]


@pytest.fixture(scope="module")
def exported(dataset_1k_path, tmp_path_factory):
    """That dataset's graph in each format."""
    folder = tmp_path_factory.mktemp("graphs")
    return {form: export_dataset(dataset_1k_path, form, folder / form) for form in GRAPHS}


def rows(query):
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def ends(form, path, truth=False):
    """(source, target, label) of a format's edges."""
    if form == "neo4j":
        names = ["belongs_to"] if truth else EDGES
        files = [f"{path}/{'truth/' if truth else ''}{name}.csv" for name in names]
        query = 'SELECT ":START_ID", ":END_ID", ":TYPE" FROM read_csv(\'{}\', all_varchar=true)'
        return sorted(row for file in files for row in rows(query.format(file)))
    if form == "graphframes":
        return sorted(rows(f"SELECT src, dst, relationship FROM '{path}/{'truth/' if truth else ''}edges/*.parquet'"))
    document = ET.parse(path / ("truth/graph.graphml" if truth else "graph.graphml"))
    return sorted(
        (edge.get("source"), edge.get("target"), edge.find(f"{XML}data[@key='edge_label']").text)
        for edge in document.iter(f"{XML}edge")
    )


def test_every_format_has_the_same_edges_and_all_of_them(exported, dataset_1k):
    asserted = dataset_1k.to_pandas("identity_mappings")
    true = dataset_1k.to_pandas("truth_identity")
    on_device = asserted[asserted.device_id.notna()]
    expected = {
        "households": len(dataset_1k.to_pandas("households")),
        "people": len(dataset_1k.to_pandas("individuals")),
        "devices": asserted.device_id.nunique(),
        "identifiers": len(asserted[["identifier_type", "identifier_value"]].drop_duplicates()),
        "lives_in": len(dataset_1k.to_pandas("individuals")),
        "has_identifier": len(asserted),
        "on_device": len(on_device[["identifier_type", "identifier_value", "device_id"]].drop_duplicates()),
        "belongs_to": true.true_individual_id.notna().sum(),
    }
    assert expected["belongs_to"] < expected["has_identifier"]
    for form, result in exported.items():
        assert result.rows == expected, form
    for truth in (False, True):
        found = [ends(form, result.path, truth) for form, result in exported.items()]
        assert found[0] == found[1] == found[2] and len(found[0]) == sum(
            expected[part.name] for part in GRAPH_SETS if part.is_edge and part.truth is truth
        )


def test_every_end_is_a_node_and_every_id_one_node(exported):
    path = exported["graphframes"].path
    vertices = dict(rows(f"SELECT id, kind FROM '{path}/vertices/*.parquet'"))
    assert len(vertices) == sum(exported["graphframes"].rows[name] for name in NODES)
    kinds = {(vertices[a], label, vertices[b]) for a, b, label in ends("graphframes", path)}
    assert kinds == {
        ("Person", "LIVES_IN", "Household"),
        ("Person", "HAS_IDENTIFIER", "Identifier"),
        ("Identifier", "ON_DEVICE", "Device"),
    }
    true = {(vertices[a], label, vertices[b]) for a, b, label in ends("graphframes", path, truth=True)}
    assert true == {("Identifier", "BELONGS_TO", "Person")}


def test_one_identifier_of_several_people_is_one_node(exported, dataset_1k):
    path = exported["graphframes"].path
    shared = "SELECT dst FROM '{}' GROUP BY dst HAVING count(DISTINCT src) > 1"
    found = rows(f"SELECT count(*) FROM ({shared.format(f'{path}/edges/has_identifier.parquet')})")[0][0]
    people = dataset_1k.to_pandas("identity_mappings").groupby(["identifier_type", "identifier_value"]).individual_id
    assert found == (people.nunique() > 1).sum() > 100


def test_the_truth_is_nowhere_else(exported):
    for form, result in exported.items():
        outside = [p for p in result.path.rglob("*") if p.is_file() and "truth" not in p.relative_to(result.path).parts]
        assert outside
        for file in outside:
            text = file.read_bytes()
            assert b"BELONGS_TO" not in text and b"true_individual" not in text and b"relation:" not in text, (
                form,
                file,
            )


def test_graph_frames_reads_folders_as_tables(exported, spark):
    path = exported["graphframes"].path
    vertices, edges = spark.read.parquet(str(path / "vertices")), spark.read.parquet(str(path / "edges"))
    assert vertices.columns[:2] == ["id", "kind"] and edges.columns[:3] == ["src", "dst", "relationship"]
    assert vertices.count() == sum(exported["graphframes"].rows[name] for name in NODES)
    kinds = dict(edges.dtypes)
    assert (kinds["confidence"], kinds["is_shared"], kinds["mapping_id"]) == ("double", "boolean", "bigint")


def test_headers_of_neo4j_name_ids_and_types(exported, dataset_1k):
    path = exported["neo4j"].path
    head = (path / "has_identifier.csv").read_text().splitlines()[0].split(",")
    assert head[:3] == [":START_ID", ":END_ID", ":TYPE"]
    assert {"confidence:double", "is_shared:boolean", "first_seen_ts:datetime", "mapping_id:long"} <= set(head)
    homes = rows(f"SELECT \"zip3:string\" FROM read_csv('{path}/households.csv', all_varchar=true)")
    assert sorted(home for (home,) in homes) == sorted(dataset_1k.to_pandas("households").zip3)
    times = rows(
        f"SELECT \"first_seen_ts:datetime\" FROM read_csv('{path}/has_identifier.csv', all_varchar=true) LIMIT 1"
    )
    assert times[0][0].endswith("Z") and times[0][0][10] == "T"


def test_graphml_is_well_formed_and_keeps_every_text(exported, dataset_1k):
    document = ET.parse(exported["graphml"].path / "graph.graphml")
    keys = {key.get("id"): key.get("attr.type") for key in document.iter(f"{XML}key")}
    assert keys["node_age"] == "int" and keys["edge_confidence"] == "double" and keys["edge_is_shared"] == "boolean"
    nodes = list(document.iter(f"{XML}node"))
    assert len({node.get("id") for node in nodes}) == len(nodes)
    assert {data.get("key") for node in nodes for data in node} <= set(keys)
    brackets = [node.find(f"{XML}data[@key='node_income_bracket']") for node in nodes]
    found = sorted(one.text for one in brackets if one is not None)
    assert found == sorted(dataset_1k.to_pandas("households").income_bracket) and "<30K" in found


def test_the_command_and_what_it_refuses(dataset_1k_path, tmp_path, capsys, monkeypatch):
    assert main(["export", str(dataset_1k_path), "--format", "neo4j", "--out", str(tmp_path / "g")]) == 0
    assert "Exported 8 parts" in capsys.readouterr().out
    assert main(["export", str(dataset_1k_path), "--format", "graphml", "--tables", "households"]) == 2
    assert "a graph (graphml) is made of the tables it needs" in capsys.readouterr().err
    with pytest.raises(ConfigError, match=r"g exists"):
        export_dataset(dataset_1k_path, "neo4j", tmp_path / "g")
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ConfigError, match="pip install duckdb"):
        export_dataset(dataset_1k_path, "graphml", tmp_path / "h")
    assert [p.name for p in tmp_path.iterdir()] == ["g"]
