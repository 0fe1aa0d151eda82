"""A small marketing mix model: sales by TV market and week against the pressure of ads.

Campaigns deliver more in some markets than in others, in some not at all, whatever is sold there. So a regression of
purchases on impressions can tell what ads added, where what is special to a market or to a week is taken out and what
remains (demand has shocks of its own) is noise. Nothing but observable tables is read.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.measurement.tables import frames

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

HALF_LIFE_DAYS = 7.0
"""Days until half of an impression's pressure is gone."""

_Z90 = 1.644854
_ROUNDS = 3
_FEWEST_MARKETS = 10


@dataclass(frozen=True)
class MixEstimate:
    """What ads added, as a model by market and week estimates it.

    Attributes
    ----------
    purchases : float
        Added by ads, over all markets and weeks.
    low, high : float
        Interval of 90 %, with markets as the independent units.
    per_1000_impressions : float
        Purchases added by 1,000 viewable impressions.
    all_purchases, impressions : int
        In all market weeks of the advertisers; impressions are viewable ones.
    advertisers, markets, weeks : int
    """

    purchases: float
    low: float
    high: float
    per_1000_impressions: float
    all_purchases: int
    impressions: int
    advertisers: int
    markets: int
    weeks: int

    def to_dict(self) -> dict[str, Any]:
        """The estimate as plain values."""
        return asdict(self)


def market_weeks(source, half_life_days: float = HALF_LIFE_DAYS) -> pd.DataFrame:
    """Purchases and the pressure of ads by advertiser, TV market and week.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        ``households``, ``individuals``, ``campaigns``, ``campaign_exposures``, ``response_events``.
    half_life_days : float
        Days until half of an impression's pressure is gone (adstock).

    Returns
    -------
    DataFrame
        ``advertiser_id``, ``market_code``, ``week`` (from 0 on), ``people``, ``purchases``, ``impressions`` (viewable)
        and ``adstock``: the week's sum of daily pressure, where an impression counts 1 on its day. Of advertisers with
        campaigns; every market in every week.
    """
    import numpy as np
    import pandas as pd
    from pyspark.sql import functions as F

    households, individuals, campaigns, exposures, responses = frames(
        source, "households", "individuals", "campaigns", "campaign_exposures", "response_events"
    )
    homes = households.select("household_id", "market_code")
    living = individuals.join(homes, "household_id").select("individual_id", "market_code")
    people = living.groupBy("market_code").count().toPandas().set_index("market_code")["count"].sort_index()

    def daily(rows, at: str):
        day = F.call_function("div", F.unix_micros(at), F.lit(86_400_000_000).cast("bigint"))
        return (
            rows.join(living, "individual_id")
            .groupBy("advertiser_id", "market_code", day.alias("day"))
            .agg(F.count("*").alias("n"))
            .toPandas()
        )

    sold = daily(responses.filter(F.col("response_type") == "purchase"), "response_ts")
    seen = daily(
        exposures.filter("is_viewable").join(campaigns.select("campaign_id", "advertiser_id"), "campaign_id"),
        "exposure_ts",
    )
    if sold.empty or seen.empty:
        raise ConfigError("A marketing mix model needs purchases and viewable impressions. Generate more households.")
    first = int(min(sold["day"].min(), seen["day"].min()))
    last = int(max(sold["day"].max(), seen["day"].max()))
    keeps = 2 ** (-1 / half_life_days)
    parts = []
    for advertiser in sorted(seen["advertiser_id"].unique()):
        counts = [
            _by_day(table[table["advertiser_id"] == advertiser], people.index, first, last) for table in (sold, seen)
        ]
        pressure = np.zeros_like(counts[1], dtype=float)
        for day in range(pressure.shape[1]):
            pressure[:, day] = counts[1][:, day] + (keeps * pressure[:, day - 1] if day else 0.0)
        sums = [_by_week(values) for values in (*counts, pressure)]
        weeks = sums[0].shape[1]
        parts.append(
            pd.DataFrame(
                {
                    "advertiser_id": int(advertiser),
                    "market_code": np.repeat(people.index.to_numpy(), weeks),
                    "week": np.tile(np.arange(weeks), len(people)),
                    "people": np.repeat(people.to_numpy(), weeks),
                    "purchases": sums[0].ravel(),
                    "impressions": sums[1].ravel(),
                    "adstock": sums[2].ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def fit_marketing_mix(market_weeks: pd.DataFrame) -> MixEstimate:
    """What ads added, from purchases and adstock by market and week.

    For each advertiser, purchases per person are explained by the market, the week and the adstock per person, by
    weighted least squares: the variance of a market week is one part that all have (shocks of demand) and one that
    shrinks with its people (chance), found from the residuals. The interval allows for any dependence within a market.

    Parameters
    ----------
    market_weeks : DataFrame
        See `market_weeks`.

    Returns
    -------
    MixEstimate

    Raises
    ------
    ConfigError
        There are too few markets, or ads were spread over them evenly.

    Examples
    --------
    >>> fit_marketing_mix(market_weeks(dataset)).purchases  # doctest: +SKIP
    """
    markets = market_weeks["market_code"].nunique()
    if markets < _FEWEST_MARKETS:
        raise ConfigError(
            f"Found {markets} markets; a model by market and week needs {_FEWEST_MARKETS} or more. Generate more "
            "households."
        )
    added = variance = 0.0
    for _, rows in market_weeks.groupby("advertiser_id"):
        effect, error = _fit(rows)
        added += effect * rows["adstock"].sum()
        variance += (error * rows["adstock"].sum()) ** 2
    half = _Z90 * variance**0.5
    impressions = int(market_weeks["impressions"].sum())
    return MixEstimate(
        float(added),
        float(added - half),
        float(added + half),
        float(1000 * added / impressions),
        int(market_weeks["purchases"].sum()),
        impressions,
        int(market_weeks["advertiser_id"].nunique()),
        int(markets),
        int(market_weeks["week"].nunique()),
    )


def added_by_ads(source) -> int:
    """Purchases that ads of all campaigns created: the truth.

    Parameters
    ----------
    source : Dataset or mapping of str to DataFrame
        ``truth_conversion``.
    """
    (truth,) = frames(source, "truth_conversion")
    return truth.filter("origin = 'created'").count()


def _fit(rows: pd.DataFrame) -> tuple[float, float]:
    """Purchases per unit of adstock of one advertiser, and its standard error."""
    import numpy as np

    people = rows["people"].to_numpy(float)
    market, week = (np.unique(rows[name].to_numpy(), return_inverse=True)[1] for name in ("market_code", "week"))
    sold, pressure = rows["purchases"].to_numpy(float) / people, rows["adstock"].to_numpy(float) / people
    # Dummies of markets, and of weeks but the first.
    dummies = np.concatenate([np.eye(market.max() + 1)[market], np.eye(week.max() + 1)[week][:, 1:]], axis=1)
    weight = people / people.mean()
    for _ in range(_ROUNDS):
        weighed, both = dummies * weight[:, None], np.stack([pressure, sold], axis=1)
        taken = both - dummies @ np.linalg.solve(dummies.T @ weighed, weighed.T @ both)
        used = weight
        spread = float((used * taken[:, 0] ** 2).sum())
        if spread <= 1e-9 * float((used * pressure**2).sum()):
            raise ConfigError(
                "Ads were spread evenly over markets, so a model by market and week cannot tell their part."
            )
        effect = float((used * taken[:, 0] * taken[:, 1]).sum()) / spread
        left = taken[:, 1] - effect * taken[:, 0]
        weight = _weights(left, people)
    scores = np.bincount(market, used * taken[:, 0] * left)
    count = len(scores)
    return effect, float(np.sqrt((scores**2).sum() * count / (count - 1)) / spread)


def _weights(left: np.ndarray, people: np.ndarray) -> np.ndarray:
    """One over the variance of each market week: a part that all have, and one that shrinks with its people."""
    import numpy as np

    design, squares = np.stack([np.ones_like(people), 1 / people], axis=1), left**2
    # Squares of small markets are larger and vary more.
    root = people[:, None]
    shared, alone = np.maximum(np.linalg.lstsq(root * design, root[:, 0] * squares, rcond=None)[0], 0)
    variance = shared + alone / people
    return variance.mean() / np.maximum(variance, variance.max() * 1e-9)


def _by_day(rows: pd.DataFrame, markets, first: int, last: int) -> np.ndarray:
    """Counts by market and day, of the days from the first to the last."""
    import numpy as np

    found = np.zeros((len(markets), last - first + 1), np.int64)
    found[markets.get_indexer(rows["market_code"]), rows["day"].to_numpy(int) - first] = rows["n"]
    return found


def _by_week(values: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.add.reduceat(values, np.arange(0, values.shape[1], 7), axis=1)
