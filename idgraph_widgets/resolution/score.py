"""Pairwise and B³ scores of a clustering, counted from its contingency table and never pair by pair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction

from idgraph_widgets.errors import ConfigError


@dataclass(frozen=True)
class ResolutionScore:
    """How well predicted clusters match true ones.

    Attributes
    ----------
    records, true_clusters, predicted_clusters : int
        Records of the truth; people among them; clusters they were put into.
    unresolved : int
        Records of the truth without a prediction; each counts as a cluster of its own.
    true_pairs, predicted_pairs, correct_pairs : int
        Pairs of records of one person; in one cluster; both.
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
    predicted : DataFrame
        Spark or pandas, one row per record: `record` and `predicted_cluster` (any type that compares equal).
        Records that are left out stay alone.
    truth : pyspark.sql.DataFrame
        ``truth_records``, or any frame with `record` and `true_cluster`.
    record, predicted_cluster, true_cluster : str
        Names of the columns.

    Returns
    -------
    ResolutionScore

    Raises
    ------
    ConfigError
        A column is missing, a record is in two clusters or has no cluster, or `predicted` speaks of records that
        the truth does not know.

    Examples
    --------
    >>> score = score_resolution(clusters, dataset.truth_records)  # doctest: +SKIP
    >>> print(score.f1, score.b3_f1)  # doctest: +SKIP
    """
    from pyspark.sql import functions as F

    predicted = _spark_frame(predicted, truth)
    _has_columns(predicted, "predicted", record, predicted_cluster)
    _has_columns(truth, "truth", record, true_cluster)
    said = predicted.select(F.col(record).alias("r"), F.col(predicted_cluster).cast("string").alias("p"))
    known = truth.select(F.col(record).alias("r"), F.col(true_cluster).cast("string").alias("t"))
    _is_clustering(said.groupBy("r"), "predicted", record, predicted_cluster, "p")
    _is_clustering(known.groupBy("r"), "truth", record, true_cluster, "t")
    _are_known(said, known, record)
    # A record that is left out is a cluster of its own; the mark keeps it apart from a cluster of that name.
    alone = F.concat(F.lit("alone:"), F.col("r").cast("string"))
    joined = known.join(said, "r", "left")
    cells = joined.select(
        "t",
        F.coalesce(F.concat(F.lit("in:"), F.col("p")), alone).alias("p"),
        F.col("p").isNull().cast("bigint").alias("left_out"),
    )
    cells = cells.groupBy("t", "p").agg(F.count("*").alias("n"), F.sum("left_out").alias("left_out"))
    rows = cells.join(cells.groupBy("p").agg(F.sum("n").alias("in_p")), "p")
    rows = rows.join(cells.groupBy("t").agg(F.sum("n").alias("in_t")), "t")
    # Cells of equal sizes count alike, so a few rows come back whatever the number of records.
    alike = rows.groupBy("n", "in_p", "in_t").agg(F.count("*").alias("cells"), F.sum("left_out").alias("left_out"))
    return _score([tuple(row) for row in alike.collect()])


def _spark_frame(predicted, truth):
    """A pandas frame as one of the truth's session."""
    if hasattr(predicted, "sparkSession"):
        return predicted
    import pyspark

    spark = truth.sparkSession
    # From pandas PySpark goes row by row through Python unless the session was told otherwise, and Arrow it takes from
    # version 4 on.
    if int(pyspark.__version__.split(".")[0]) >= 4:
        import pyarrow as pa

        return spark.createDataFrame(pa.Table.from_pandas(predicted, preserve_index=False))
    return spark.createDataFrame(predicted)


def _has_columns(frame, name: str, *columns: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ConfigError(
            f"{name}: found no column {', '.join(missing)}; it has {', '.join(frame.columns)}. "
            "Rename a column, or name it in the call."
        )


def _is_clustering(by_record, name: str, record: str, cluster: str, column: str) -> None:
    from pyspark.sql import functions as F

    per = by_record.agg(F.count("*").alias("n"), F.count(column).alias("clusters"))
    wrong = per.filter("r is null or n <> 1 or clusters <> 1").limit(1).collect()
    if wrong:
        what = "no " + cluster if wrong[0].clusters == 0 else f"{wrong[0].n} rows"
        raise ConfigError(
            f"{name}: found {what} for {record} {wrong[0].r}; allowed is one row with one {cluster} per record. "
            "Keep one row per record; a record without a cluster is left out altogether."
        )


def _are_known(said, known, record: str) -> None:
    strange = said.join(known, "r", "left_anti").limit(1).collect()
    if strange:
        raise ConfigError(
            f"predicted: found {record} {strange[0].r}, which the truth does not know. "
            "Score against the truth of the same dataset, or filter both to the same records."
        )


def _score(cells: Iterable[tuple[int, int, int, int, int]]) -> ResolutionScore:
    """The score from (records of the cell, of its cluster, of its person, number of such cells, records left out)."""
    records = unresolved = correct = 0
    # Every record of a cluster of n has n - 1 partners in it, and each pair is met twice.
    predicted_twice = true_twice = 0
    predicted_clusters = true_clusters = b3_precision = b3_recall = Fraction(0)
    for n, in_p, in_t, count, left_out in cells:
        members = n * count
        records += members
        unresolved += left_out
        correct += count * n * (n - 1) // 2
        predicted_twice += members * (in_p - 1)
        true_twice += members * (in_t - 1)
        predicted_clusters += Fraction(members, in_p)
        true_clusters += Fraction(members, in_t)
        b3_precision += Fraction(members * n, in_p)
        b3_recall += Fraction(members * n, in_t)
    precision = _share(correct, predicted_twice // 2)
    recall = _share(correct, true_twice // 2)
    b3 = (_share(b3_precision, records), _share(b3_recall, records))
    return ResolutionScore(
        records,
        int(true_clusters),
        int(predicted_clusters),
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
