"""One household's identity graph."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from idgraph_widgets.errors import StorageError
from idgraph_widgets.report.measures.query import ask, literal
from idgraph_widgets.schema.ids import household_of
from idgraph_widgets.schema.truth_identity import TRUE_RELATIONS

OUTSIDERS = 12
"""People of other households shown in a graph, at most."""


@dataclass(frozen=True)
class Node:
    """A person, device or identifier.

    Parameters
    ----------
    id : str
        Unique in the graph: ``p<individual_id>``, ``d<device_id>`` or ``i<number>``.
    kind : {"person", "device", "identifier", "outsider"}
        An outsider is a person of another household.
    label : str
        Short, for the drawing.
    about : str
        One line for people.
    """

    id: str
    kind: str
    label: str
    about: str


@dataclass(frozen=True)
class Edge:
    """A link between two nodes.

    Parameters
    ----------
    source, target : str
        Ids of nodes.
    kind : {"link", "on_device", "truth"}
        Asserted by the graph; the identifier lives on the device; the true owner of a false link.
    is_true : bool
        Whether an asserted link is true.
    is_shared : bool
    confidence : float or None
    about : str
        One line for people.
    """

    source: str
    target: str
    kind: str
    is_true: bool = True
    is_shared: bool = False
    confidence: float | None = None
    about: str = ""


@dataclass
class HouseholdGraph:
    """People, devices and identifiers of a household, with what connects them.

    Parameters
    ----------
    household_id : int
    summary : str
        Place, kind and size in words.
    nodes : list of Node
    edges : list of Edge
    mappings : DataFrame
        The rows behind it, truth included.
    hidden_outsiders : int
        People of other households that hold one of the identifiers and are not shown.
    """

    household_id: int
    summary: str
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    mappings: pd.DataFrame | None = None
    hidden_outsiders: int = 0

    @property
    def false_links(self) -> int:
        return sum(1 for edge in self.edges if edge.kind == "link" and not edge.is_true)

    @property
    def shared_links(self) -> int:
        return sum(1 for edge in self.edges if edge.kind == "link" and edge.is_shared)


def known_household(dataset, key: int) -> pd.DataFrame:
    """The row of a household.

    Raises
    ------
    StorageError
        The dataset has no such household.
    """
    homes = ask(dataset, f"select * from households where household_id = {key}")
    if homes.empty:
        last = dataset.manifest["tables"]["households"]["rows"]
        raise StorageError(f"There is no household {key}; this dataset has 1 to {last:,}.")
    return homes


def household_graph(dataset, household_id: int) -> HouseholdGraph:
    """The identity graph of one household.

    Parameters
    ----------
    dataset : Dataset
    household_id : int

    Returns
    -------
    HouseholdGraph

    Raises
    ------
    StorageError
        The dataset has no such household.
    """
    key = int(household_id)
    homes = known_household(dataset, key)
    people = ask(
        dataset,
        f"""select individual_id, role, first_name, last_name, gender, age
        from individuals where household_id = {key} order by person_number""",
    )
    mappings = _mappings(dataset, f"m.household_id = {key}")
    build = _Builder(HouseholdGraph(key, _summary(homes.iloc[0]), mappings=mappings))
    for row in people.itertuples():
        about = f"{row.first_name} {row.last_name}, {row.age}, {row.gender}, {row.role}"
        build.node(Node(f"p{row.individual_id}", "person", f"{row.first_name}, {row.age}", about))
    for row in mappings.itertuples():
        build.link(row)
    build.owners(mappings)
    build.holders(_elsewhere(dataset, mappings, key))
    return build.graph


def _summary(home) -> str:
    people = "1 person" if home.household_size == 1 else f"{home.household_size} people"
    kind = home.household_type.replace("_", " ")
    return f"{home.city}, {home.state} · {kind} · {people} · {home.annual_income:,.0f} USD a year"


def _mappings(dataset, condition: str) -> pd.DataFrame:
    return ask(
        dataset,
        f"""select m.mapping_id, m.individual_id, m.device_id, m.identifier_type, m.identifier_value,
          m.device_type, m.platform, m.browser, m.match_type, m.confidence, m.is_shared, m.is_active,
          t.true_individual_id, t.relation
        from identity_mappings m join truth_identity t on m.mapping_id = t.mapping_id
        where {condition} order by m.individual_id, m.identifier_type, m.mapping_id""",
    )


def _elsewhere(dataset, mappings: pd.DataFrame, key: int) -> pd.DataFrame:
    """Rows of other households with one of these values."""
    if mappings.empty:
        return mappings
    values = ", ".join(literal(value) for value in sorted(set(mappings.identifier_value)))
    return _mappings(dataset, f"m.household_id <> {key} and m.identifier_value in ({values})")


class _Builder:
    """Adds nodes and edges to a graph, each once."""

    def __init__(self, graph: HouseholdGraph):
        self.graph = graph
        self._identifiers: dict[tuple[str, str], str] = {}
        self._seen: set = set()

    def node(self, node: Node) -> None:
        if node.id not in self._seen:
            self._seen.add(node.id)
            self.graph.nodes.append(node)

    def edge(self, edge: Edge) -> None:
        key = (edge.source, edge.target, edge.kind)
        if key not in self._seen or edge.kind == "link":
            self._seen.add(key)
            self.graph.edges.append(edge)

    def link(self, row) -> None:
        """An identifier with its device and its asserted person."""
        key = (row.identifier_type, row.identifier_value)
        name = self._identifiers.setdefault(key, f"i{len(self._identifiers)}")
        kind = row.identifier_type.replace("_", " ")
        self.node(Node(name, "identifier", kind, f"{kind} {row.identifier_value}"))
        if pd.notna(row.device_id):
            device = f"{row.platform} {row.device_type}".replace("_", " ")
            self.node(Node(f"d{int(row.device_id)}", "device", device, f"{device} {int(row.device_id)}"))
            self.edge(Edge(name, f"d{int(row.device_id)}", "on_device", about=f"lives on this {row.device_type}"))
        self.edge(_asserted(row, name))

    def owners(self, mappings: pd.DataFrame) -> None:
        """The true owners of false links."""
        for row in mappings[~mappings.relation.isin(TRUE_RELATIONS)].itertuples():
            name = self._identifiers[row.identifier_type, row.identifier_value]
            owner = f"o{row.mapping_id}"
            if pd.isna(row.true_individual_id):
                self.node(Node(owner, "outsider", "outside", "somebody outside the dataset"))
            else:
                owner = f"p{int(row.true_individual_id)}"
                self._outsider(int(row.true_individual_id))
            self.edge(Edge(name, owner, "truth", about="really belongs to this person"))

    def holders(self, elsewhere: pd.DataFrame) -> None:
        """People of other households whom the graph gives the same identifiers, as far as there is room."""
        shown = sum(node.kind == "outsider" for node in self.graph.nodes)
        hidden: set[int] = set()
        for row in elsewhere.itertuples():
            name = self._identifiers.get((row.identifier_type, row.identifier_value))
            if name is None:
                continue
            if f"p{row.individual_id}" not in self._seen:
                if shown >= OUTSIDERS:
                    hidden.add(int(row.individual_id))
                    continue
                shown += 1
                self._outsider(int(row.individual_id))
            self.edge(_asserted(row, name))
        self.graph.hidden_outsiders = len(hidden)

    def _outsider(self, individual_id: int) -> None:
        home = household_of(individual_id)
        about = f"person {individual_id} of household {home}"
        self.node(Node(f"p{individual_id}", "outsider", f"home {home}", about))


def _asserted(row, identifier: str) -> Edge:
    is_true = row.relation in TRUE_RELATIONS
    words = [f"{row.match_type} link, confidence {row.confidence:.2f}"]
    if row.is_shared:
        words.append("shared in the household")
    if row.relation == "co_user":
        words.append("used in another home, too")
    if not is_true:
        owner = {
            "household_member": "another member of the household",
            "former_owner": "its new owner",
            "outsider": "somebody outside the dataset",
        }
        words.append(f"false: it belongs to {owner.get(row.relation, 'a stranger')}")
    return Edge(
        f"p{row.individual_id}",
        identifier,
        "link",
        is_true,
        bool(row.is_shared),
        float(row.confidence),
        "; ".join(words),
    )
