"""Pairwise and B³ scores of a clustering, counted from its contingency table and never pair by pair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction

import narwhals.stable.v2 as nw

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.frames import as_text, beside, matched_by, opened, read


@dataclass(frozen=True)
class ResolutionScore:
    """How well predicted clusters match true ones.

    Attributes
    ----------
    records, true_clusters, predicted_clusters : int
        Records of known people; those people; clusters they were put into.
    outsiders : int
        Records of people whom the truth does not know: of whom two are one is not known either, so pairs of them count
        for nothing. Put into one cluster with somebody who is known, they are wrong there.
    unresolved : int
        Records of known people without a prediction; each counts as a cluster of its own.
    true_pairs, predicted_pairs, correct_pairs : int
        Pairs of records of one person; in one cluster, one at least of somebody known; both.
    precision, recall, f1 : float
        Over pairs. Without any predicted pair nothing was put together wrongly: precision is 1; without any true
        pair nothing was missed: recall is 1.
    b3_precision, b3_recall, b3_f1 : float
        B³ (Bagga and Baldwin 1998): for each record the share of its cluster that is of its person, and the share
        of its person's records that are in its cluster; averaged over records.
    """

    records: int
    true_clusters: int
    predicted_clusters: int
    outsiders: int
    unresolved: int
    true_pairs: int
    predicted_pairs: int
    correct_pairs: int
    precision: float
    recall: float
    f1: float
    b3_precision: float
    b3_recall: float
    b3_f1: float

    def to_dict(self) -> dict[str, int | float]:
        """All figures by name."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.records:,} records of {self.true_clusters:,} people in {self.predicted_clusters:,} clusters\n"
            f"pairwise  precision {self.precision:.4f}  recall {self.recall:.4f}  F1 {self.f1:.4f}\n"
            f"B³        precision {self.b3_precision:.4f}  recall {self.b3_recall:.4f}  F1 {self.b3_f1:.4f}"
        )


def score_resolution(
    predicted,
    truth,
    record: str = "record_id",
    predicted_cluster: str = "cluster_id",
    true_cluster: str = "true_individual_id",
) -> ResolutionScore:
    """Score the clusters of a resolver against the truth.

    Work and memory grow with the number of records, not of pairs: pairs are counted from the sizes of the
    clusters and of what they have in common with the true ones.

    Parameters
    ----------
    predicted : table
        One row per record: `record` and `predicted_cluster` (any type that compares equal). Records that are left
        out stay alone. Spark, pandas, polars, PyArrow, a DuckDB relation, or what else narwhals reads.
    truth : table
        ``truth_records``, or any table with `record` and `true_cluster`; of the same or another library. Where it is
        of Spark, Spark counts; otherwise it is done in memory. A record without a `true_cluster` is an outsider's, as
        in ``truth_identity``.
    record, predicted_cluster, true_cluster : str
        Names of the columns.

    Returns
    -------
    ResolutionScore

    Raises
    ------
    ConfigError
        One of the two is no table, the truth knows nobody, a column is missing, a record is in two clusters or has no
        predicted one, or `predicted` speaks of records that the truth does not know.

    Examples
    --------
    >>> score = score_resolution(clusters, dataset.truth_records)  # doctest: +SKIP
    >>> print(score.f1, score.b3_f1)  # doctest: +SKIP
    """
    known = _clustering(truth, "truth", record, true_cluster, may_lack=True).rename({"c": "t"})
    said = _clustering(predicted, "predicted", record, predicted_cluster).rename({"c": "p"})
    known = beside(known, known, "truth")
    said = beside(said, known, "predicted")
    known, said = _alike(known, said)
    if not read(known.filter(~nw.col("t").is_null()).head(1), "truth"):
        raise ConfigError(f"truth: found no rows with a {true_cluster}, so there is nothing to score against.")
    _are_known(said, known, record)
    joined = known.join(said, on="r", how="left")
    # A record that is left out is a cluster of its own; the mark keeps it apart from a cluster of that name.
    cells = joined.select(
        "t",
        nw.coalesce(
            nw.concat_str(nw.lit("in:"), nw.col("p")), nw.concat_str(nw.lit("alone:"), nw.col("r").cast(nw.String))
        ).alias("p"),
        nw.col("p").is_null().cast(nw.Int64).alias("left_out"),
    )
    cells = cells.group_by("t", "p").agg(nw.len().alias("n"), nw.col("left_out").sum())
    is_inside = ~nw.col("t").is_null()
    inside = nw.when(is_inside).then(nw.col("n")).otherwise(0)
    of_cluster = cells.with_columns(inside.alias("in_p"), (nw.col("n") - inside).alias("out_p"))
    of_cluster = of_cluster.group_by("p").agg(nw.col("in_p").sum(), nw.col("out_p").sum())
    rows = cells.filter(is_inside).join(of_cluster, on="p")
    rows = rows.join(cells.filter(is_inside).group_by("t").agg(nw.col("n").sum().alias("in_t")), on="t")
    # Cells of equal sizes count alike, so a few rows come back whatever the number of records.
    order = ("n", "in_p", "out_p", "in_t")
    alike = rows.group_by(*order).agg(nw.len().alias("cells"), nw.col("left_out").sum())
    outside = sum(row["n"] for row in read(cells.filter(~is_inside).select(nw.col("n").sum()), "truth") if row["n"])
    order = (*order, "cells", "left_out")
    return _score([tuple(int(row[name]) for name in order) for row in read(alike, "predicted")], int(outside))


def _clustering(frame, name: str, record: str, cluster: str, may_lack: bool = False) -> nw.LazyFrame:
    """``r``, a record, and ``c``, the text of its cluster, which records may lack: one row per record, checked."""
    table = opened(frame, name, (record, cluster))
    pairs = table.select(matched_by(table, name, record).alias("r"), as_text(table, name, cluster).alias("c"))
    per = pairs.group_by("r").agg(nw.len().alias("n"), nw.col("c").count().alias("clusters"))
    is_wrong = nw.col("r").is_null() | (nw.col("n") != 1)
    if not may_lack:
        is_wrong |= nw.col("clusters") != 1
    wrong = read(per.filter(is_wrong).head(1), name)
    if not wrong:
        return pairs
    row = wrong[0]
    if row["r"] is None:
        found = f"a row without a {record}"
    else:
        what = f"{row['n']} rows" if row["n"] > 1 else f"no {cluster}"
        found = f"{what} for {record} {row['r']}"
    raise ConfigError(
        f"{name}: found {found}; allowed is one row with one {cluster} per record. "
        "Keep one row per record; a record without a cluster is left out altogether."
    )


def _alike(known: nw.LazyFrame, said: nw.LazyFrame) -> tuple[nw.LazyFrame, nw.LazyFrame]:
    """Both with records of one type: 7 and "7" are the same record."""
    if known.collect_schema()["r"] == said.collect_schema()["r"]:
        return known, said
    return known.with_columns(nw.col("r").cast(nw.String)), said.with_columns(nw.col("r").cast(nw.String))


def _are_known(said: nw.LazyFrame, known: nw.LazyFrame, record: str) -> None:
    strange = read(said.join(known, on="r", how="anti").head(1), "predicted")
    if strange:
        raise ConfigError(
            f"predicted: found {record} {strange[0]['r']}, which the truth does not know. "
            "Score against the truth of the same dataset, or filter both to the same records."
        )


def _score(cells: Iterable[tuple[int, int, int, int, int, int]], outsiders: int) -> ResolutionScore:
    """The score from (records of the cell, known ones and outsiders of its cluster, of its person, cells, left out)."""
    records = unresolved = correct = 0
    # Every record of a cluster of n has n - 1 partners in it, and each pair of known people is met twice.
    predicted_twice = true_twice = 0
    predicted_clusters = true_clusters = b3_precision = b3_recall = Fraction(0)
    for n, in_p, out_p, in_t, count, left_out in cells:
        members = n * count
        records += members
        unresolved += left_out
        correct += count * n * (n - 1) // 2
        predicted_twice += members * (in_p - 1 + 2 * out_p)
        true_twice += members * (in_t - 1)
        predicted_clusters += Fraction(members, in_p)
        true_clusters += Fraction(members, in_t)
        b3_precision += Fraction(members * n, in_p + out_p)
        b3_recall += Fraction(members * n, in_t)
    precision = _share(correct, predicted_twice // 2)
    recall = _share(correct, true_twice // 2)
    b3 = (_share(b3_precision, records), _share(b3_recall, records))
    return ResolutionScore(
        records,
        int(true_clusters),
        int(predicted_clusters),
        outsiders,
        unresolved,
        true_twice // 2,
        predicted_twice // 2,
        correct,
        float(precision),
        float(recall),
        float(_harmonic(precision, recall)),
        float(b3[0]),
        float(b3[1]),
        float(_harmonic(*b3)),
    )


def _share(part, whole) -> Fraction:
    return Fraction(part) / Fraction(whole) if whole else Fraction(1)


def _harmonic(a: Fraction, b: Fraction) -> Fraction:
    return 2 * a * b / (a + b) if a + b else Fraction(0)
