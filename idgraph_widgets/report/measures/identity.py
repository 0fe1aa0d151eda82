"""The identity graph as a whole: how sure it is, how right it is, and how it hangs together."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from idgraph_widgets.report.measures import cubes
from idgraph_widgets.report.measures.intervals import wilson
from idgraph_widgets.report.measures.query import ask, once_per_dataset

COMPONENT_HOUSEHOLDS = 20_000
"""Components are measured on the first two blocks: false links stay inside a block."""


@once_per_dataset
def confidence_reliability(dataset) -> pd.DataFrame:
    """Claimed confidence against the share of links that are true, in twenty bins.

    Returns
    -------
    DataFrame
        ``low``, ``high`` (bounds of the bin, the lower included), ``claimed`` (mean confidence),
        ``true_share``, ``interval_low``, ``interval_high`` (95 %), ``links``; certain links (confidence 1)
        are a row of their own.
    """
    found = ask(
        dataset,
        """select least(ticks div 500, 20) as bin, count(*) as links, sum(ticks) as ticks,
          sum(case when is_true then 1 else 0 end) as true_links
        from (
          select cast(round(m.confidence * 10000) as bigint) as ticks,
            t.relation in ('owner', 'co_user') as is_true
          from identity_mappings m join truth_identity t on m.mapping_id = t.mapping_id
        ) as links group by least(ticks div 500, 20) order by bin""",
    )
    rows = []
    for row in found.itertuples():
        low, high = wilson(int(row.true_links), int(row.links))
        rows.append(
            (
                min(row.bin / 20, 1.0),
                min((row.bin + 1) / 20, 1.0),
                row.ticks / (10_000 * row.links),
                row.true_links / row.links,
                low,
                high,
                int(row.links),
            )
        )
    names = ["low", "high", "claimed", "true_share", "interval_low", "interval_high", "links"]
    return pd.DataFrame(rows, columns=names)


@once_per_dataset
def link_truth(dataset) -> pd.DataFrame:
    """Links by what the truth says: ``identifier_type``, ``match_type``, ``relation``, ``mappings``."""
    kinds = cubes.identifiers_by_kind(dataset)
    names = ["identifier_type", "match_type", "relation"]
    return kinds.groupby(names, as_index=False)["mappings"].sum()


@dataclass(frozen=True)
class PairQuality:
    """How well the asserted links group identifiers, over pairs of rows.

    Parameters
    ----------
    asserted, true, both : int
        Pairs of rows with the same asserted person, with the same true person, with both.
    """

    asserted: int
    true: int
    both: int

    @property
    def precision(self) -> float | None:
        """Of the pairs the graph puts together, the share that belongs together."""
        return self.both / self.asserted if self.asserted else None

    @property
    def recall(self) -> float | None:
        """Of the pairs that belong together, the share the graph puts together."""
        return self.both / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        total = self.asserted + self.true
        return 2 * self.both / total if total else None

    def to_dict(self) -> dict:
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


@once_per_dataset
def pair_quality(dataset) -> PairQuality:
    """Pairwise precision, recall and F1 of the asserted links against the truth."""
    # Of whom two outsiders are one is not known: each is taken for a person apart.
    owner = "coalesce(t.true_individual_id, -m.mapping_id)"
    links = f"""select m.individual_id as asserted, {owner} as owner, count(*) as n
      from identity_mappings m join truth_identity t on m.mapping_id = t.mapping_id
      group by m.individual_id, {owner}"""
    pairs = "coalesce(sum(n * (n - 1) div 2), 0)"
    both = ask(dataset, f"select {pairs} as pairs from ({links}) as l")
    one = ask(
        dataset,
        f"""select 'asserted' as side, {pairs} as pairs from (
          select asserted, sum(n) as n from ({links}) as a group by asserted) as x
        union all select 'owner' as side, {pairs} as pairs from (
          select owner, sum(n) as n from ({links}) as b group by owner) as y""",
    ).set_index("side")["pairs"]
    return PairQuality(int(one["asserted"]), int(one["owner"]), int(both.pairs[0]))


@once_per_dataset
def degrees(dataset) -> pd.DataFrame:
    """How many of one thing hang on another.

    Returns
    -------
    DataFrame
        ``of`` (identifiers per person, identifiers per household, devices per person, people per device,
        people per identifier), ``degree``, ``count``: so many things have this degree. Things without any are
        left out, but for people, of whom everybody has an identifier.
    """
    found = ask(
        dataset,
        """select 'identifiers per person' as of, n as degree, count(*) as count from (
          select count(*) as n from identity_mappings group by individual_id) a group by n
        union all select 'identifiers per household', n, count(*) from (
          select count(*) as n from identity_mappings group by household_id) b group by n
        union all select 'devices per person', n, count(*) from (
          select count(distinct device_id) as n from identity_mappings
          where device_id is not null group by individual_id) c group by n
        union all select 'people per device', n, count(*) from (
          select count(distinct individual_id) as n from identity_mappings
          where device_id is not null group by device_id) d group by n
        union all select 'people per identifier', n, count(*) from (
          select count(*) as n from identity_mappings
          group by xxhash64(identifier_type, identifier_value)) e group by n""",
    )
    return found.sort_values(["of", "degree"], ignore_index=True)


@once_per_dataset
def components(dataset) -> pd.DataFrame:
    """Sizes of the groups of people whom shared identifiers connect.

    Two people are in one component when a chain of identifiers leads from one to the other. Measured on the
    first `COMPONENT_HOUSEHOLDS` households, without and with IP addresses: public ones connect strangers.

    Returns
    -------
    DataFrame
        ``links`` (``without IP addresses`` or ``with IP addresses``), ``people`` (of one component),
        ``components``, ``share`` (of all people).
    """
    inside = f"household_id <= {COMPONENT_HOUSEHOLDS}"
    everybody = int(ask(dataset, f"select count(*) as n from individuals where {inside}").n[0])
    # Only values that at least two people hold connect anybody; each is a chain from its first holder.
    edges = ask(
        dataset,
        f"""select m.individual_id, s.first, m.identifier_type = 'ip_address' as is_ip
        from identity_mappings m join (
          select xxhash64(identifier_type, identifier_value) as value, min(individual_id) as first
          from identity_mappings where {inside}
          group by xxhash64(identifier_type, identifier_value)
          having min(individual_id) <> max(individual_id)
        ) s on xxhash64(m.identifier_type, m.identifier_value) = s.value
        where m.{inside} and m.individual_id <> s.first
        group by m.individual_id, s.first, m.identifier_type = 'ip_address'""",
    )
    rows = []
    for name, part in (("without IP addresses", edges[~edges.is_ip.astype(bool)]), ("with IP addresses", edges)):
        sizes = component_sizes(part[["individual_id", "first"]].to_numpy(dtype="int64"))
        alone = everybody - int(sizes.sum())
        counts = pd.Series(sizes).value_counts().to_dict()
        if alone:
            counts[1] = counts.get(1, 0) + alone
        rows += [(name, size, n, size * n / max(everybody, 1)) for size, n in sorted(counts.items())]
    return pd.DataFrame(rows, columns=["links", "people", "components", "share"])


def component_sizes(edges: np.ndarray) -> np.ndarray:
    """Sizes of the connected components of a graph given by its edges, shape (edges, 2)."""
    if not len(edges):
        return np.zeros(0, dtype="int64")
    _, ends = np.unique(edges, return_inverse=True)
    a, b = ends.reshape(-1, 2).T
    label = np.arange(ends.max() + 1)
    while True:
        # Hook both ends to the lower label, then halve the paths, until nothing changes.
        lowest = np.minimum(label[a], label[b])
        new = label.copy()
        np.minimum.at(new, label[a], lowest)
        np.minimum.at(new, label[b], lowest)
        new = new[new]
        if np.array_equal(new, label):
            return np.unique(label, return_counts=True)[1]
        label = new
