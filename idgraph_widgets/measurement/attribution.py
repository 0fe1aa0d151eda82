"""Attribution against the truth: credit that campaigns get, and purchases that they caused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.frames import matched_by, opened, read
from idgraph_widgets.measurement.tables import frames


@dataclass(frozen=True)
class AttributionScore:
    """Credit against causes.

    Attributes
    ----------
    rows : list of dict
        Per campaign with any of both: ``campaign_id``, ``credited``, ``caused``.
    credited, caused : float
        Sums over all campaigns.
    ratio : float or None
        Credited over caused; 1 is right in sum, 10 credits ten times too much.
    mean_error : float
        Mean over campaigns of the absolute difference, in purchases.
    share_error : float or None
        Total variation between the campaigns' shares of credit and of causes: 0 divides the credit rightly
        whatever its sum, 1 gives all of it to the wrong ones.
    """

    rows: list[dict[str, Any]]
    credited: float
    caused: float
    ratio: float | None
    mean_error: float
    share_error: float | None

    def to_dict(self) -> dict[str, Any]:
        """The score as plain values."""
        return dict(vars(self))

    def to_pandas(self):
        """One row per campaign."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=["campaign_id", "credited", "caused"])


def caused_purchases(source) -> dict[int, int]:
    """Purchases that each campaign caused: the truth.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        ``campaigns``, ``campaign_exposures``, ``truth_conversion``.

    Returns
    -------
    dict of int to int
        Every campaign; 0 where it caused none.
    """
    campaigns, exposures, truth = frames(source, "campaigns", "campaign_exposures", "truth_conversion")
    causes = truth.filter("causing_exposure_id is not null").withColumnRenamed("causing_exposure_id", "exposure_id")
    counted = causes.join(exposures.select("exposure_id", "campaign_id"), "exposure_id").groupBy("campaign_id").count()
    found = {row["campaign_id"]: 0 for row in campaigns.select("campaign_id").collect()}
    return {**found, **{row["campaign_id"]: int(row["count"]) for row in counted.collect()}}


def score_attribution(source, credit) -> AttributionScore:
    """Compare the credit of an attribution model with what the campaigns caused.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        As for `caused_purchases`; for the name of a model also ``outcome_metrics``.
    credit : str, mapping, or table
        The name of a model of ``outcome_metrics``; or credited purchases by campaign id; or a table of Spark, pandas,
        polars, PyArrow, DuckDB or another library that narwhals reads, with ``campaign_id`` and
        ``attributed_conversions``.

    Returns
    -------
    AttributionScore

    Raises
    ------
    ConfigError
        The model or a campaign is unknown, or a column is missing.

    Examples
    --------
    >>> score_attribution(dataset, "last_touch").ratio  # doctest: +SKIP
    """
    caused = caused_purchases(source)
    credited = _credits(source, credit)
    unknown = sorted(set(credited) - set(caused))
    if unknown:
        raise ConfigError(
            f"credit: found campaigns {', '.join(map(str, unknown[:10]))}, which the dataset does not have."
        )
    names = [name for name in sorted(caused) if caused[name] or credited.get(name)]
    rows = [{"campaign_id": name, "credited": float(credited.get(name, 0.0)), "caused": caused[name]} for name in names]
    total, true = sum(row["credited"] for row in rows), sum(row["caused"] for row in rows)
    apart = [abs(row["credited"] - row["caused"]) for row in rows]
    share = None
    if total and true:
        share = sum(abs(row["credited"] / total - row["caused"] / true) for row in rows) / 2
    return AttributionScore(
        rows, total, true, total / true if true else None, sum(apart) / len(apart) if apart else 0.0, share
    )


def _credits(source, credit) -> dict[int, float]:
    if isinstance(credit, Mapping):
        return {int(name): float(value) for name, value in credit.items()}
    if isinstance(credit, str):
        (metrics,) = frames(source, "outcome_metrics")
        rows = metrics.filter(metrics["attribution_model"] == credit).collect()
        if not rows:
            models = sorted(row[0] for row in metrics.select("attribution_model").distinct().collect())
            raise ConfigError(f"credit: found the model {credit!r}; outcome_metrics has {', '.join(models)}.")
        return {row["campaign_id"]: float(row["attributed_conversions"]) for row in rows}
    table = opened(credit, "credit", ("campaign_id", "attributed_conversions"))
    numbers = matched_by(table, "credit", "campaign_id").alias("campaign_id")
    found: dict[int, float] = {}
    for row in read(table.select(numbers, "attributed_conversions"), "credit"):
        name, value = row["campaign_id"], row["attributed_conversions"]
        if name is None or value is None:
            raise ConfigError(f"credit: found {value} for campaign {name}; allowed is a number for each campaign's id.")
        found[int(name)] = found.get(int(name), 0.0) + float(value)
    return found
