"""Frequency caps hold in rolling windows, let through what they can, and never look ahead."""

import numpy as np
import pytest

from idgraph_widgets.generators.ads.caps import WEEK, within_caps
from idgraph_widgets.generators.context import DAY

pytestmark = pytest.mark.quick


def _let_through(micros, daily, weekly):
    """One unit, one exposure after the other."""
    found = []
    for at in micros:
        if all(sum(at - then <= length for then in found) < cap for cap, length in ((daily, DAY), (weekly, WEEK))):
            found.append(at)
    return found


@pytest.mark.parametrize(("daily", "weekly"), [(1, 1), (1, 10), (2, 7), (3, 10), (5, 5), (50, 350)])
def test_what_caps_let_through_is_what_one_unit_after_the_other_would_see(daily, weekly):
    rng = np.random.default_rng(daily)
    unit = np.sort(rng.integers(0, 40, 3_000))
    micros = rng.integers(0, 28 * DAY // 60_000_000, 3_000) * 60_000_000
    order = np.lexsort((micros, unit))
    unit, micros = unit[order], micros[order]
    # Units need not lie side by side, only each in time order.
    mixed = np.argsort(micros, kind="stable")
    unit, micros = unit[mixed], micros[mixed]
    kept = within_caps(unit, micros, np.full(len(unit), daily), np.full(len(unit), weekly))
    for one in range(40):
        assert micros[kept & (unit == one)].tolist() == _let_through(micros[unit == one].tolist(), daily, weekly)
    until = 1_000
    earlier = within_caps(unit[:until], micros[:until], np.full(until, daily), np.full(until, weekly))
    assert (earlier == kept[:until]).all()


def test_a_window_has_both_its_ends():
    hours = np.array([0, 24, 48]) * 3_600_000_000 + np.array([0, 0, 1])
    kept = within_caps(np.zeros(3, np.int64), hours, np.ones(3, np.int64), np.full(3, 9))
    assert kept.tolist() == [True, False, True]


def test_nothing_is_nothing():
    nothing = np.zeros(0, np.int64)
    assert len(within_caps(nothing, nothing, nothing, nothing)) == 0
