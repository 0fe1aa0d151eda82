"""Numbers as people write them: the browser and Python read each text alike, or leave it to be marked."""

from __future__ import annotations

import json

import pytest

from idgraph_widgets.notation import exact, understood
from idgraph_widgets.studio.assets import text_of

SHARE = {"percent": True, "low": 0, "top": 1}
HOMES = {"whole": True, "low": 1_000, "top": 10_000_000}
SEED = {"whole": True, "low": 0, "top": 2_147_483_647}
REAL = {"low": 0, "top": None}
PRICE = {"low": 1, "top": 100}

CASES = [
    # Shares, in percent.
    ("1,5", SHARE, 0.015),
    ("1.5", SHARE, 0.015),
    ("10,395", SHARE, 0.10395),
    ("10.3951", SHARE, 0.103951),
    ("100,000", SHARE, 1),
    ("15 %", SHARE, 0.15),
    ("15%", SHARE, 0.15),
    ("15\u202f%", SHARE, 0.15),
    (",5", SHARE, 0.005),
    ("0,125", SHARE, 0.00125),
    ("12.3456789012345", SHARE, 0.123456789012345),
    ("250", SHARE, 2.5),
    ("1 5", SHARE, "1 5"),
    ("1_5", SHARE, "1_5"),
    ("1%5", SHARE, "1%5"),
    ("15 % %", SHARE, "15 % %"),
    ("2k", SHARE, "2k"),
    ("1,2,3", SHARE, "1,2,3"),
    # Whole numbers, shown with commas between thousands.
    ("10,000", HOMES, 10_000),
    ("10.000", HOMES, 10_000),
    ("10 000", HOMES, 10_000),
    ("10\u00a0000", HOMES, 10_000),
    ("10'000", HOMES, 10_000),
    ("10_000", HOMES, 10_000),
    ("1.000.000", HOMES, 1_000_000),
    ("25k", HOMES, 25_000),
    ("25 K", HOMES, 25_000),
    ("1,5k", HOMES, 1_500),
    ("1.5m", HOMES, 1_500_000),
    ("1,234k", HOMES, "1,234k"),
    ("1e4", HOMES, 10_000),
    ("2.500", HOMES, 2_500),
    ("12.5", HOMES, 12.5),
    ("12,5", HOMES, "12,5"),
    ("10,00", HOMES, "10,00"),
    ("10 00", HOMES, "10 00"),
    ("10 000,5", HOMES, "10 000,5"),
    ("10,000.5", HOMES, 10_000.5),
    ("10%", HOMES, "10%"),
    ("10 ⏎ 200", HOMES, "10 ⏎ 200"),
    ("1.000", SEED, "1.000"),
    ("1,000", SEED, 1_000),
    ("010", SEED, 10),
    ("9007199254740993", SEED, "9007199254740993"),
    ("-5", SEED, -5),
    ("\u22125", SEED, -5),
    # Other numbers: a comma can part thousands or decimals.
    ("1,5", REAL, 1.5),
    ("1,234", REAL, "1,234"),
    ("1.234", REAL, 1.234),
    ("1,234.5", REAL, 1_234.5),
    ("1.234,5", REAL, 1_234.5),
    ("1,234,567", REAL, 1_234_567),
    ("1,234", PRICE, 1.234),
    ("0,5k", REAL, 500),
    ("1e999", REAL, "1e999"),
    ("1e-999", REAL, "1e-999"),
    ("0e5", REAL, 0),
    ("5 USD", REAL, "5 USD"),
    ("many", REAL, "many"),
    ("", REAL, None),
    ("  ", REAL, None),
    ("Infinity", REAL, "Infinity"),
    ("1٢", REAL, "1٢"),
]


@pytest.mark.parametrize(("text", "field", "value"), CASES, ids=[f"{text} {field}" for text, field, _ in CASES])
def test_a_text_means_one_number_or_stays_the_text(text, field, value):
    found = understood(text, **field)
    assert found == value and isinstance(found, str) == isinstance(value, str)


def test_the_browser_reads_every_text_as_python_does(browser):
    page = browser.new_page()
    page.add_script_tag(content=text_of("notation.js"))
    found = page.evaluate(
        "(cases) => cases.map(([text, field]) => understood(text, field))", [list(c[:2]) for c in CASES]
    )
    page.close()
    assert {case[0]: case[2] for case in CASES if found.pop(0) != case[2]} == {}


@pytest.mark.parametrize(
    ("value", "percent", "text"),
    [
        (0.103951, True, "10.3951"),
        (0.07, True, "7"),
        (1e-9, True, "1e-7"),
        (10_000, False, "10000"),
        (2.5, False, "2.5"),
    ],
)
def test_all_digits_are_shown_and_read_back(browser, value, percent, text):
    page = browser.new_page()
    page.add_script_tag(content=text_of("notation.js"))
    there = page.evaluate("([value, percent]) => exact(value, percent)", [value, percent])
    page.close()
    assert float(exact(value, percent)) == float(there) == float(text)
    assert understood(there, percent=percent) == understood(exact(value, percent), percent=percent) == value


def test_the_page_shows_no_comma_that_could_be_read_as_a_decimal_one(browser):
    page = browser.new_page()
    page.add_script_tag(content=text_of("notation.js"))
    told = page.evaluate("[shown(12345, {whole: true}), shown(1234.5), shown(12.34, {percent: true}), shown('1,5')]")
    page.close()
    assert json.dumps(told) == '["12,345", "1234.5", "1234", "1,5"]'
