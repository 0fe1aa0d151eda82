"""Draws are functions of seed, stream and keys; their distributions are the ones asked for."""

import numpy as np
import pytest

from idgraph_widgets.arrays import Coded, order_by
from idgraph_widgets.draws import (
    SCALE,
    Draws,
    Lottery,
    hashed,
    hashed_words,
    lottery_tickets,
    quantiles_lognormal,
    scrambled,
    step_index,
)

pytestmark = pytest.mark.quick

ROWS = 40_000
IDS = np.arange(ROWS, dtype=np.int64)
KEYS = hashed(IDS)


def test_words_are_hashed_as_the_numbers_that_they_stand_for():
    words, codes = np.array([3, -7, 1 << 60, 0]), (IDS % 4).astype(np.int32)
    assert (hashed_words(words, codes) == hashed(words[codes])).all()
    assert (hashed_words(words, np.where(codes == 3, -1, codes), KEYS) == hashed(words[codes], KEYS)).all()


@pytest.mark.parametrize("wide", [1, 1 << 40, 1 << 58])
def test_rows_are_ordered_by_keys_and_then_by_place(wide):
    rng = np.random.default_rng(2)
    keys = [rng.integers(-2, 3, 5_000) * wide, rng.integers(0, 2, 5_000) == 1, rng.integers(0, 9, 5_000) * wide]
    assert (order_by(*keys) == np.lexsort(keys[::-1])).all()
    assert (order_by(keys[0]) == np.argsort(keys[0], kind="stable")).all()
    assert len(order_by(keys[0][:0], keys[1][:0])) == 0 and order_by(keys[2][:1]).tolist() == [0]


def test_a_draw_depends_on_seed_table_stream_and_key_only():
    first = Draws(1, "t").unit("a", KEYS)
    backwards = Draws(1, "t").unit("a", hashed(IDS[::-1]))
    assert (first == backwards[::-1]).all()
    assert first.min() >= 0 and first.max() < 2**53
    for other in (Draws(2, "t").unit("a", KEYS), Draws(1, "x").unit("a", KEYS), Draws(1, "t").unit("b", KEYS)):
        assert (first != other).mean() > 0.999


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 1.0])
def test_chance_has_its_share(share):
    assert abs(Draws(1, "t").chance("c", share, KEYS).mean() - share) <= 0.01


def test_chance_takes_ten_thousandths_from_a_column():
    share = IDS % 2 * SCALE
    assert (Draws(1, "t").chance_in_scale("c", share, KEYS) == (share == SCALE)).all()


@pytest.mark.parametrize("n", [1, 6, 8, 1_000_003])
def test_below_is_uniform(n):
    drawn = Draws(1, "t").below("b", n, KEYS)
    assert drawn.min() >= 0 and drawn.max() < n
    assert abs(drawn.mean() - (n - 1) / 2) < 0.01 * n
    assert (drawn == Draws(1, "t").below("b", np.full(ROWS, n), KEYS)).all()


def test_choose_meets_shares_and_leaves_out_zeros():
    shares = {"a": 0.2, "b": 0.0, "c": 0.5, "d": 0.3}
    found = Draws(1, "t").choose("x", shares, KEYS)
    assert isinstance(found, Coded) and found.words == ("a", "c", "d")
    assert all(abs((found == word).mean() - shares[word]) < 0.015 for word in found.words)
    numbers = Draws(1, "t").choose("x", {1: 0.2, 5: 0.8}, KEYS)
    assert set(numbers.tolist()) == {1, 5} and abs((numbers == 5).mean() - 0.8) < 0.015


@pytest.mark.parametrize("count", [3, 20])
def test_step_index_is_the_first_limit_above(count):
    limits = list(range(10, 10 * count + 1, 10))
    x = np.arange(0, 10 * count + 30)
    expected = [next((i for i, limit in enumerate(limits) if v < limit), count - 1) for v in x]
    assert step_index(x, limits).tolist() == expected


def test_tickets_are_dealt_by_largest_remainder():
    assert lottery_tickets([1, 1, 2], 8) == [0, 0, 1, 1, 2, 2, 2, 2]
    assert sorted(lottery_tickets([1, 1, 1], 4)).count(0) == 2
    assert 1 not in lottery_tickets([1, 0, 3], 16)


def test_a_lottery_deals_per_group():
    lottery = Lottery.of({0: [1, 3], 2: [1]}, 4)
    assert lottery.winners.tolist() == [0, 1, 1, 1, -1, -1, -1, -1, 0, 0, 0, 0]
    assert lottery.draw(np.array([0, 3]), np.array([0, 2])).tolist() == [0, 0]


@pytest.mark.parametrize("bits", [8, 14])
def test_scrambling_is_a_permutation(bits):
    every = np.arange(1 << bits, dtype=np.int64)
    found = scrambled(Draws(1, "t"), "k", every, bits)
    assert sorted(found.tolist()) == every.tolist()
    assert (found == every).sum() < 20
    # A few values are hashed one by one, many through a table: the same permutation.
    assert scrambled(Draws(1, "t"), "k", every[5:7], bits).tolist() == found[5:7].tolist()


def test_scrambling_refuses_odd_bits():
    with pytest.raises(ValueError, match="even"):
        scrambled(Draws(1, "t"), "k", IDS, 9)


def test_lognormal_quantiles_have_median_and_spread():
    values = quantiles_lognormal(100.0, 0.8, 1001)
    assert values[500] == 100
    assert values == sorted(values)
    assert 2.1 < values[841] / values[500] < 2.4  # one standard deviation: e^0.8
