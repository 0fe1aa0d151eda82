"""Numbers as people write them: Python reads each text as the browser does (tests/widgets/js/notation.test.js)."""

from __future__ import annotations

import json

import pytest
from support.processes import TESTS

from idgraph_widgets.notation import exact, understood

NUMBERS = json.loads((TESTS / "support" / "numbers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "field", "value"), NUMBERS["understood"])
def test_a_text_means_one_number_or_stays_the_text(text, field, value):
    found = understood(text, **NUMBERS["fields"][field])
    assert found == value and isinstance(found, str) == isinstance(value, str)


@pytest.mark.parametrize(("value", "percent", "text"), NUMBERS["exact"])
def test_all_digits_are_shown_and_read_back(value, percent, text):
    written = exact(value, percent)
    assert float(written) == float(text)
    assert understood(written, percent=percent) == value
