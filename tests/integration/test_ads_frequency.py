"""Frequency caps hold by construction, whatever the jitter, the caps, the flight and the hour curve."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.generators.ads import frequency
from idgraph_widgets.generators.ads.frequency import HOUR, WEEK
from idgraph_widgets.generators.context import DAY, Context

CAPS = [(1, 1), (1, 10), (2, 7), (3, 10), (5, 5), (50, 350)]
FLIGHTS = [1, 7, 14, 42]
LOCAL_HOURS = [0, 14, 19]


def _config(daily, weekly, weights=None):
    config = GenerationConfig()
    for cap in config.campaign_config.frequency_caps.values():
        cap.update(daily=daily, weekly=weekly)
    if weights:
        for name in ("tv_hour_weights", "mobile_hour_weights", "desktop_hour_weights"):
            setattr(config.engagement_config, name, weights)
    return config


def _worst_cases(config, flight):
    """Positions of the largest number of exposures with jitter as early and as late as it may be."""
    gap = frequency.least_gap(config, "social")
    cut = frequency.jitter_cut(config, "social")
    most = max(1, flight * DAY // gap)
    for n in sorted({1, min(2, most), most}):
        part = flight * DAY // n
        last = int(frequency.jitter_range(np.array([n]), np.array([part]), np.array([cut]))[0]) - 1
        assert last >= 0
        patterns = {
            "late, then early": [last if j == 0 else 0 for j in range(n)],
            "early, then late": [0 if j < n - 1 else last for j in range(n)],
            "alternating": [last * ((j + 1) % 2) for j in range(n)],
            "spread": [last * (j * 7 % 11) // 10 for j in range(n)],
        }
        for name, jitters in patterns.items():
            yield f"{flight} days, n={n}, {name}", [j * part + jitter for j, jitter in enumerate(jitters)]


def _on_the_clock(config, positions):
    rows = [
        (case, curve, hour, p)
        for (case, ps), curve, hour in itertools.product(positions, range(5), LOCAL_HOURS)
        for p in ps
    ]
    times = pd.DataFrame(rows, columns=["case", "curve", "local_hour", "position"])
    context = Context.make(config, (frequency.prepare,))
    given = (times[name].to_numpy(np.int64) for name in ("position", "curve", "local_hour"))
    return times.assign(elapsed=frequency.clock_time(context, *given))


@pytest.mark.parametrize(("daily", "weekly"), CAPS)
def test_caps_hold_in_every_closed_window(daily, weekly):
    config = _config(daily, weekly)
    positions = [case for flight in FLIGHTS for case in _worst_cases(config, flight)]
    times = _on_the_clock(config, positions)
    flights = times["case"].str.extract(r"^(\d+)", expand=False).astype("int64") * DAY
    assert (times["elapsed"] >= 0).all() and (times["elapsed"] < flights).all()
    for _, unit in times.groupby(["case", "curve", "local_hour"]):
        at = unit["elapsed"].sort_values().to_list()
        for cap, length in ((daily, DAY), (weekly, WEEK)):
            apart = [later - earlier for earlier, later in zip(at, at[cap:], strict=False)]
            assert all(gap > length for gap in apart), (unit["case"].iloc[0], cap)


def test_clock_rises_follows_the_curve_and_repeats_every_day():
    weights = [0.0] * 24
    weights[7], weights[20] = 0.25, 0.75
    config = _config(3, 10, weights)
    positions = [("1 days", list(range(0, DAY, DAY // 960))), ("2 days", [p + DAY for p in range(0, DAY, DAY // 960)])]
    times = _on_the_clock(config, positions)
    for (_, _, hour), unit in times.groupby(["case", "curve", "local_hour"]):
        rising = unit.sort_values("position")
        assert rising["elapsed"].is_monotonic_increasing and rising["elapsed"].is_unique
        local = (rising["elapsed"] // HOUR + hour) % 24
        # Hours without weight keep a minute each, so that the clock never stands still.
        assert abs((local == 20).mean() - 0.74) < 0.02 and abs((local == 7).mean() - 0.25) < 0.02
    by_day = times.assign(day=times["position"] // DAY)
    first = by_day[by_day["day"] == 0].sort_values(["curve", "local_hour", "position"])["elapsed"].to_numpy()
    second = by_day[by_day["day"] == 1].sort_values(["curve", "local_hour", "position"])["elapsed"].to_numpy()
    assert (second - first == DAY).all()


def test_times_are_even_so_that_no_response_ties_with_an_exposure():
    times = _on_the_clock(_config(3, 10), [("1 days", list(range(1, DAY, DAY // 997)))])
    assert (times["elapsed"] % 2 == 0).all()
