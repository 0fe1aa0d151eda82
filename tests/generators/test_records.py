"""Source records: how many there are, how dirty, and that every error is a dial of its own."""

import pandas as pd
import pytest
from support.ads import frame
from support.people import people_of, records_of

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.config.records import BLANKS
from idgraph_widgets.reference import facts
from idgraph_widgets.schema.source_records import SYSTEMS

NO_ERRORS = (
    "other_format_share",
    "typo_share",
    "nickname_share",
    "swapped_names_share",
    "swapped_birth_date_share",
    "wrong_birth_date_share",
    "landline_share",
    "former_surname_share",
    "former_address_share",
)


def config_of(**dials) -> GenerationConfig:
    config = GenerationConfig(seed=11, household_config=HouseholdConfig(num_households=2_000))
    part = config.demographics_config.source_records
    part.error_factors = dict.fromkeys(SYSTEMS, 1.0)
    part.missing_shares = dict.fromkeys(BLANKS, 0.0)
    for name in NO_ERRORS:
        setattr(part, name, 0.0)
    for name, value in dials.items():
        setattr(part, name, value)
    config.check()
    return config


@pytest.fixture(scope="module")
def people():
    """(households, individuals) of 2,000 households."""
    return people_of(config_of())


@pytest.fixture(scope="module")
def persons(people):
    """The individuals under the names that `records` gives them."""
    found = frame("individuals", people[1])
    names = {"individual_id": "true_individual_id", "first_name": "first", "last_name": "last", "birth_date": "born"}
    columns = ["individual_id", "household_id", "gender", "role", "age", "first_name", "last_name", "birth_date"]
    return found[columns].rename(columns=names)


@pytest.fixture
def records(people, persons):
    """A function that gives the records of those people with all errors off but the dials given."""

    def made(**dials) -> pd.DataFrame:
        found, truth = records_of(config_of(**dials), *people)
        rows = frame("source_records", found).merge(frame("truth_records", truth), on="record_id", validate="1:1")
        return rows.merge(persons, on="true_individual_id", validate="m:1")

    return made


def near(found: float, wanted: float, n: int) -> bool:
    return abs(found - wanted) <= 3 * (wanted * (1 - wanted) / n) ** 0.5 + 0.002


def wrong(records: pd.DataFrame, *cells: str) -> pd.Series:
    """Whether all of these cells are named as corrupted."""
    named = records.corrupted_columns.str.split(",")
    return named.map(lambda names: set(cells) <= set(names))


def day(dates: pd.Series) -> pd.Series:
    return pd.to_datetime(dates).dt.day


def month(dates: pd.Series) -> pd.Series:
    return pd.to_datetime(dates).dt.month


def test_systems_and_duplicates_follow_their_dials(records, persons):
    shares = {"crm": 0.9, "web_signup": 0.5, "loyalty": 0.2, "subscription": 0.0}
    df = records(system_shares=shares, duplicate_share=0.3)
    adults = (persons.age >= 18).sum()
    per = df.groupby(["source_system", "true_individual_id"]).size()
    for system, wanted in shares.items():
        own = per[per.index.get_level_values(0) == system]
        assert near(len(own) / adults, wanted, adults), system
        if len(own):
            assert near((own == 2).mean(), 0.3, len(own)), system
    assert df.record_id.is_unique


def test_without_errors_every_cell_is_the_persons(records):
    df = records()
    assert len(df) > 6_000
    assert (df.corrupted_columns == "").all()
    assert (df.first_name == df["first"]).all() and (df.last_name == df["last"]).all()
    assert (df.birth_date == df.born).all()
    assert df[["email", "phone", "address_line"]].notna().all(axis=None)


@pytest.mark.parametrize(
    ("dial", "wanted", "cells", "among"),
    [
        ("typo_share", 0.3, ("first_name",), lambda df: df["first"].str.len() > 2),
        ("typo_share", 0.3, ("email",), lambda df: df.email.notna()),
        ("typo_share", 0.3, ("phone",), lambda df: df.phone.notna()),
        ("swapped_names_share", 0.2, ("first_name", "last_name"), lambda df: df["first"] != df["last"]),
        (
            "swapped_birth_date_share",
            0.4,
            ("birth_date",),
            lambda df: (day(df.born) <= 12) & (day(df.born) != month(df.born)),
        ),
        ("wrong_birth_date_share", 0.4, ("birth_date",), lambda df: df.born.notna()),
        ("former_address_share", 0.3, ("address_line",), lambda df: df.address_line.notna()),
    ],
)
def test_an_error_happens_as_often_as_its_dial_says(records, dial, wanted, cells, among):
    df = records(**{dial: wanted})
    df = df[among(df)]
    # A typing error may swap or replace equal characters and leave the text as it was.
    found, slack = wrong(df, *cells).mean(), 0.02 if dial == "typo_share" else 0.0
    assert near(found, wanted, len(df)) or wanted - 0.03 <= found + slack <= wanted + 0.03


def test_former_surnames_are_those_of_married_women_and_stay_the_same(records):
    df = records(former_surname_share=0.5)
    df = df[df.corrupted_columns == "last_name"]
    assert len(df) > 200
    assert (df.gender == "female").all() and df.role.isin(["householder", "spouse"]).all()
    assert not df[["true_individual_id", "last_name"]].drop_duplicates().true_individual_id.duplicated().any()


def test_former_addresses_are_the_homes_and_older(records):
    df = records(former_address_share=0.5)
    old = df[wrong(df, "city") | wrong(df, "address_line")]
    assert not old[["household_id", "address_line", "city"]].drop_duplicates().household_id.duplicated().any()
    assert old.updated_ts.max().day <= 14 < df.updated_ts.max().day


def test_nicknames_come_from_the_table(records):
    df = records(nickname_share=1.0)
    table = {(row["first_name"], row["nickname"]) for row in facts("nicknames")}
    named = {first for first, _ in table}
    pairs = set(zip(df["first"], df.first_name, strict=True))
    changed = {pair for pair in pairs if pair[0] != pair[1]}
    assert len(changed) > 100 and changed <= table
    assert not {first for first, name in pairs if first == name} & named


def test_empty_cells_follow_their_dials_but_for_what_a_system_needs(records):
    df = records(missing_shares={"email": 0.5, "phone": 0.4, "birth_date": 0.3, "address_line": 0.2})
    crm = df[df.source_system == "crm"]
    for column, wanted in {"email": 0.5, "phone": 0.4, "birth_date": 0.3, "address_line": 0.2}.items():
        assert near(crm[column].isna().mean(), wanted, len(crm)), column
        assert (df[column].isna() == wrong(df, column)).all(), column
    assert df[df.source_system == "web_signup"].email.notna().all()
    assert df[df.source_system == "loyalty"].phone.notna().all()
    assert df[df.source_system == "subscription"].address_line.notna().all()
    assert (df.address_line.isna() == df.city.isna()).all() and (df.address_line.isna() == df.zip3.isna()).all()


def test_factors_make_a_system_worse(records):
    df = records(typo_share=0.05, error_factors={"crm": 0.0, "web_signup": 1.0, "loyalty": 4.0, "subscription": 1.0})
    found = (df.corrupted_columns != "").groupby(df.source_system).mean()
    assert found["crm"] == 0 and found["loyalty"] > 2 * found["web_signup"] > 0


def test_formats_are_no_errors_and_normalise(records):
    df = records(other_format_share=1.0)
    assert (df.corrupted_columns == "").all()
    assert df.phone.str.fullmatch(r"\(\d{3}\) \d{3}-\d{4}").all()
    assert not df.address_line.str.contains(" Street").any()


def test_a_typing_error_leaves_domains_and_area_codes(records):
    right, typed = records(), records(typo_share=0.5)
    assert (right.record_id == typed.record_id).all()
    is_wrong = wrong(typed, "email")
    assert is_wrong.any() and (right.email[~is_wrong] == typed.email[~is_wrong]).all()
    assert (right.email.str.split("@").str[1] == typed.email.str.split("@").str[1]).all()
    assert (right.phone.str[:8] == typed.phone.str[:8]).all() and (typed.phone.str.len() == 12).all()


def test_keys_tell_nothing(records):
    """The order of keys has nothing to do with that of people or systems."""
    rows = records().sort_values("record_id").true_individual_id
    steps = rows.diff().dropna()
    assert abs((steps > 0).mean() - 0.5) < 0.03 and (steps == 0).mean() < 0.01
