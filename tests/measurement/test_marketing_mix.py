"""The marketing mix model and the sample size of a lift, on numbers whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.measurement import fit_marketing_mix, households_needed

pytestmark = pytest.mark.quick

MARKETS, WEEKS, RATE = 60, 13, 0.1


def sales(effect: float, seed: int, shocks: float = 0.15, trend: float = 1.0) -> tuple[pd.DataFrame, float]:
    """Two advertisers' market weeks, and the purchases that ads added to them.

    Markets are of all sizes and differ in what they buy. Pressure differs between them, is 0 in a fifth, and begins in
    the fifth week, when everybody buys more by `trend`.
    """
    rng = np.random.default_rng(seed)
    parts, added = [], 0.0
    for advertiser in (1, 2):
        people = np.round(np.exp(rng.normal(6.5, 1.2, MARKETS))) + 50
        taste = np.exp(rng.normal(0, 0.3, MARKETS))
        delivery = np.exp(rng.normal(0, 0.8, MARKETS)) * (rng.random(MARKETS) > 0.2)
        week = np.tile(np.arange(WEEKS), MARKETS)
        market = np.repeat(np.arange(MARKETS), WEEKS)
        pressure = rng.poisson(people[market] * delivery[market] * (week >= 4) * 0.2)
        usual = RATE * people * taste
        shock = np.exp(rng.normal(0, shocks, len(week)))
        anyway = rng.poisson(usual[market] * shock * np.where(week >= 4, trend, 1.0))
        more = rng.poisson(effect * pressure)
        added += more.sum()
        parts.append(
            pd.DataFrame(
                {
                    "advertiser_id": advertiser,
                    "market_code": market,
                    "week": week,
                    "people": people[market],
                    "purchases": anyway + more,
                    "impressions": pressure,
                    "adstock": pressure.astype(float),
                }
            )
        )
    return pd.concat(parts, ignore_index=True), added


def test_intervals_hold_what_ads_added_nine_times_of_ten():
    effect, tries = 0.05, 60
    found = [(fit_marketing_mix(frame), added) for frame, added in (sales(effect, seed) for seed in range(tries))]
    held = sum(f.low <= added <= f.high for f, added in found)
    assert 0.9 - 4 * math.sqrt(0.09 / tries) < held / tries <= 1
    assert 1 - held / tries > 0.01, "intervals are too wide to say anything"
    off = [(f.purchases - added) / ((f.high - f.low) / 2 / 1.645) for f, added in found]
    assert abs(np.mean(off)) < 4 / math.sqrt(tries)


def test_what_everybody_buys_more_in_the_flight_is_no_effect():
    """A comparison of weeks before and after would take the trend for the campaign's doing."""
    found = [fit_marketing_mix(sales(0.0, seed, trend=1.5)[0]) for seed in range(40)]
    assert sum(f.low <= 0 <= f.high for f in found) >= 30


def test_markets_of_all_sizes_count_as_they_should():
    """Weights from the residuals: as good as least squares by people where shocks are none, better where they are."""
    frame, added = sales(0.05, 7, shocks=0.0)
    exact = fit_marketing_mix(frame)
    noisy = fit_marketing_mix(sales(0.05, 7, shocks=0.5)[0])
    assert exact.high - exact.low < noisy.high - noisy.low
    assert exact.low <= added <= exact.high
    assert exact.per_1000_impressions == pytest.approx(1000 * exact.purchases / exact.impressions)
    assert (exact.advertisers, exact.markets, exact.weeks) == (2, MARKETS, WEEKS)


def test_errors_are_for_people():
    frame, _ = sales(0.05, 1)
    with pytest.raises(ConfigError, match="Found 5 markets"):
        fit_marketing_mix(frame[frame.market_code < 5])
    with pytest.raises(ConfigError, match="spread evenly"):
        fit_marketing_mix(frame.assign(adstock=frame.people * 1.0))


def test_households_needed_is_what_the_interval_takes():
    """Simulated: purchases of as many households as said, clustered as said, give the interval asked for."""
    rate, share, clustering, lift, half = 0.5, 0.3, 2.0, 0.2, 0.1
    n = households_needed(rate, half, share, lift, clustering)
    rng = np.random.default_rng(3)
    held = rng.random((300, n)) < share
    # Negative binomial: mean rate, variance twice the mean.
    bought = rng.negative_binomial(rate / (clustering - 1), 1 / clustering, held.shape)
    treated_rate = (np.where(held, 0, bought).sum(axis=1) / (~held).sum(axis=1)) * (1 + lift)
    found = treated_rate / (np.where(held, bought, 0).sum(axis=1) / held.sum(axis=1)) - 1
    assert 1.96 * found.std() == pytest.approx(half, rel=0.15)


def test_households_needed_refuses_what_cannot_be():
    for share in (0, 1):
        with pytest.raises(ConfigError, match="no lift can be estimated"):
            households_needed(0.1, 0.05, holdout_share=share)
    for wrong in ((0, 0.05), (0.1, 0), (0.1, float("nan"))):
        with pytest.raises(ConfigError, match="must be above 0"):
            households_needed(*wrong)
