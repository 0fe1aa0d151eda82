"""Typing errors, one of each kind, at any place; texts of unequal length from bytes."""

import numpy as np
import pyarrow as pa
import pytest

from idgraph_widgets.arrays.texts import letters, ragged
from idgraph_widgets.generators.records.typos import DOUBLED, DROPPED, NEIGHBOUR, SWAPPED, mistyped

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (DROPPED, ["mith", "Sith", "Smih", "1 Elm St", "d"]),
        (DOUBLED, ["SSmith", "Smmith", "Smitth", "10  Elm St", "Add"]),
        (SWAPPED, ["mSith", "Simth", "Smiht", "1 0Elm St", "dA"]),
        (NEIGHBOUR, ["Dmith", "Snith", "Smiyh", "10 Rlm St", "Sd"]),
    ],
)
def test_each_kind_at_each_place(kind, expected):
    texts = pa.array(["Smith", "Smith", "Smith", "10 Elm St", "Ad"])
    places = {DROPPED: [0, 1, 3, 1, 0], DOUBLED: [0, 1, 3, 2, 1], SWAPPED: [0, 1, 3, 1, 0], NEIGHBOUR: [0, 1, 3, 3, 0]}
    found = mistyped(texts, np.array(places[kind]), np.full(5, kind))
    assert found.to_pylist() == expected


def test_a_part_of_an_array_and_nothing_at_all():
    texts = pa.array(["x", "Anna", "Berta", "y"]).slice(1, 2)
    assert mistyped(texts, np.array([0, 4 - 1]), np.array([SWAPPED, DROPPED])).to_pylist() == ["nAna", "Bera"]
    assert mistyped(texts.slice(0, 0), np.zeros(0, np.int64), np.zeros(0, np.int64)).to_pylist() == []


def test_the_last_key_of_a_row_gives_way_to_the_left_and_other_characters_stay():
    texts = pa.array(["pl", "M0", "0-", "- "])
    assert mistyped(texts, np.zeros(4, np.int64), np.full(4, NEIGHBOUR)).to_pylist() == ["ol", "N0", "9-", "- "]


def test_bytes_and_texts():
    begin, data = letters(pa.array(["ab", "", "cde"]).slice(1))
    assert begin.tolist() == [0, 0, 3] and bytes(data) == b"cde"
    matrix = np.frombuffer(b"abcdef", np.uint8).reshape(2, 3)
    assert ragged(matrix, np.array([1, 3])).to_pylist() == ["a", "def"]
