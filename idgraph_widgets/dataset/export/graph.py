"""The identity graph as nodes and edges, each a query on the dataset's tables.

Nodes are households, people, devices and identifiers. Edges are what the graph asserts: who lives where, who has which
identifier, which device an identifier is on. What is true is a set of edges of its own, kept apart.

A node's id is a text that is made from the row itself, so that an edge needs no look-up: ``h7``, ``p113``, ``d…``, and
``i`` with a digest of the identifier's kind and value. An identifier that several people are linked to is one node.
"""

from __future__ import annotations

from dataclasses import dataclass

from idgraph_widgets.schema import GENERATED

NEEDED = ("households", "individuals", "identity_mappings", "truth_identity")
"""The tables that the graph is made of."""

_IDENTIFIER = "'i' || left(md5(identifier_type || ':' || identifier_value), 24)"

_TYPES = {"bigint": "long", "int": "int", "double": "double", "boolean": "boolean", "date": "date", "timestamp": "time"}


@dataclass(frozen=True)
class GraphSet:
    """A set of nodes or of edges.

    Attributes
    ----------
    name : str
        Of the set; files are named after it.
    label : str
        What each is.
    keys : tuple of str
        Expressions for the node's id, or for the ids of an edge's two ends.
    fields : tuple of (str, str)
        Name and type ("string", "long", "int", "double", "boolean", "date", "time") of each field of theirs; names
        are columns of `source`.
    source : str
        A query whose rows these are.
    truth : bool
        Whether it is the truth, which is kept apart.
    """

    name: str
    label: str
    keys: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    source: str
    truth: bool = False

    @property
    def is_edge(self) -> bool:
        """Whether these are edges."""
        return len(self.keys) == 2


def _fields(table: str, *names: str) -> tuple[tuple[str, str], ...]:
    """Columns of a table with the types of the graph; all of them without names."""
    declared = GENERATED[table]
    return tuple((name, _TYPES.get(declared.column(name).type, "string")) for name in names or declared.column_names)


GRAPH_SETS = (
    GraphSet("households", "Household", ("'h' || household_id",), _fields("households"), "SELECT * FROM households"),
    GraphSet("people", "Person", ("'p' || individual_id",), _fields("individuals"), "SELECT * FROM individuals"),
    GraphSet(
        "devices",
        "Device",
        ("'d' || device_id",),
        _fields("identity_mappings", "device_id", "device_type", "platform"),
        "SELECT device_id, min(device_type) AS device_type, min(platform) AS platform FROM identity_mappings "
        "WHERE device_id IS NOT NULL GROUP BY device_id",
    ),
    GraphSet(
        "identifiers",
        "Identifier",
        (_IDENTIFIER,),
        _fields("identity_mappings", "identifier_type", "identifier_value"),
        "SELECT DISTINCT identifier_type, identifier_value FROM identity_mappings",
    ),
    GraphSet(
        "lives_in",
        "LIVES_IN",
        ("'p' || individual_id", "'h' || household_id"),
        _fields("individuals", "role"),
        "SELECT * FROM individuals",
    ),
    GraphSet(
        "has_identifier",
        "HAS_IDENTIFIER",
        ("'p' || individual_id", _IDENTIFIER),
        _fields(
            "identity_mappings",
            *("mapping_id", "browser", "cookie_scope", "ifa_type", "att_status", "match_type", "confidence"),
            *("is_shared", "first_seen_ts", "last_seen_ts", "opted_out_ts", "is_active", "source"),
        ),
        "SELECT * FROM identity_mappings",
    ),
    GraphSet(
        "on_device",
        "ON_DEVICE",
        (_IDENTIFIER, "'d' || device_id"),
        (),
        "SELECT DISTINCT identifier_type, identifier_value, device_id FROM identity_mappings "
        "WHERE device_id IS NOT NULL",
    ),
    GraphSet(
        "belongs_to",
        "BELONGS_TO",
        (_IDENTIFIER, "'p' || true_individual_id"),
        (*_fields("truth_identity", "mapping_id"), ("relation", "string")),
        "SELECT m.identifier_type, m.identifier_value, t.mapping_id, t.true_individual_id, t.relation "
        "FROM identity_mappings AS m JOIN truth_identity AS t USING (mapping_id) "
        "WHERE t.true_individual_id IS NOT NULL",
        truth=True,
    ),
)
"""Nodes first. ``belongs_to`` has no edge for what belongs to somebody outside the dataset."""
