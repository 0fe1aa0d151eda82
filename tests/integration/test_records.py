"""Source records: how many there are, how dirty, and that every error is a dial of its own."""

import itertools

import pytest
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.config.records import BLANKS
from idgraph_widgets.generators import generate_households, generate_individuals, plan_records
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


@pytest.fixture(scope="module")
def people(spark, tmp_path_factory):
    """(households, individuals) of 2 000 households."""
    config = GenerationConfig(seed=11, household_config=HouseholdConfig(num_households=2_000))
    folder = tmp_path_factory.mktemp("people")
    generate_households(spark, config).write.parquet(str(folder / "h"))
    households = spark.read.parquet(str(folder / "h"))
    generate_individuals(spark, config, households).write.parquet(str(folder / "i"))
    return households, spark.read.parquet(str(folder / "i"))


@pytest.fixture
def records(spark, people, tmp_path):
    """A function that gives the records of those people with all errors off but the dials given."""

    def made(**dials):
        config = GenerationConfig(seed=11, household_config=HouseholdConfig(num_households=2_000))
        part = config.demographics_config.source_records
        part.error_factors = dict.fromkeys(SYSTEMS, 1.0)
        part.missing_shares = dict.fromkeys(BLANKS, 0.0)
        for name in NO_ERRORS:
            setattr(part, name, 0.0)
        for name, value in dials.items():
            setattr(part, name, value)
        config.check()
        path = str(tmp_path / f"r{len(list(tmp_path.iterdir()))}")
        plan_records(spark, config, *people).write.parquet(path)
        return spark.read.parquet(path).join(
            people[1].select(
                F.col("individual_id").alias("true_individual_id"),
                "household_id",
                "gender",
                "role",
                "age",
                F.col("first_name").alias("first"),
                F.col("last_name").alias("last"),
                F.col("birth_date").alias("born"),
            ),
            "true_individual_id",
        )

    return made


def share(df, condition: str) -> float:
    return df.filter(condition).count() / df.count()


def near(found: float, wanted: float, n: int) -> bool:
    return abs(found - wanted) <= 3 * (wanted * (1 - wanted) / n) ** 0.5 + 0.002


def test_systems_and_duplicates_follow_their_dials(records, people):
    shares = {"crm": 0.9, "web_signup": 0.5, "loyalty": 0.2, "subscription": 0.0}
    df = records(system_shares=shares, duplicate_share=0.3)
    adults = people[1].filter("age >= 18").count()
    per = df.groupBy("source_system", "true_individual_id").count()
    for system, wanted in shares.items():
        own = per.filter(F.col("source_system") == system)
        n = own.count()
        assert near(n / adults, wanted, adults), system
        if n:
            assert near(own.filter("count = 2").count() / n, 0.3, n), system
    assert df.select("record_id").distinct().count() == df.count()


def test_without_errors_every_cell_is_the_persons(records):
    df = records()
    assert df.count() > 6_000
    assert df.filter("corrupted_columns <> ''").count() == 0
    assert df.filter("not (first_name = first and last_name = last and birth_date = born)").count() == 0
    assert df.filter("email is null or phone is null or address_line is null").count() == 0


@pytest.mark.parametrize(
    ("dial", "wanted", "cells", "among"),
    [
        ("typo_share", 0.3, ("first_name",), "length(first) > 2"),
        ("typo_share", 0.3, ("email",), "true"),
        ("typo_share", 0.3, ("phone",), "true"),
        ("swapped_names_share", 0.2, ("first_name", "last_name"), "first <> last"),
        ("swapped_birth_date_share", 0.4, ("birth_date",), "day(born) <= 12 and day(born) <> month(born)"),
        ("wrong_birth_date_share", 0.4, ("birth_date",), "true"),
        ("former_address_share", 0.3, ("address_line",), "true"),
    ],
)
def test_an_error_happens_as_often_as_its_dial_says(records, dial, wanted, cells, among):
    df = records(**{dial: wanted}).filter(among)
    names = " and ".join(f"concat(',', corrupted_columns, ',') like '%,{cell},%'" for cell in cells)
    # A typing error may swap or replace equal characters and leave the text as it was.
    found, slack = share(df, names), 0.02 if dial == "typo_share" else 0.0
    assert near(found, wanted, df.count()) or wanted - 0.03 <= found + slack <= wanted + 0.03


def test_former_surnames_are_those_of_married_women_and_stay_the_same(records):
    df = records(former_surname_share=0.5).filter("corrupted_columns = 'last_name'")
    assert df.count() > 200
    assert df.filter("gender <> 'female' or role not in ('householder', 'spouse')").count() == 0
    names = df.groupBy("true_individual_id").agg(F.count_distinct("last_name").alias("n"))
    assert names.filter("n > 1").count() == 0


def test_former_addresses_are_the_homes_and_older(records, people):
    df = records(former_address_share=0.5)
    old = df.filter("corrupted_columns like '%city%' or corrupted_columns like '%address_line%'")
    lines = old.groupBy("household_id").agg(F.count_distinct("address_line", "city").alias("n"))
    assert lines.filter("n > 1").count() == 0
    latest = [d.agg(F.max("updated_ts")).collect()[0][0] for d in (old, df)]
    assert latest[0].day <= 14 < latest[1].day


def test_nicknames_come_from_the_table(records):
    df = records(nickname_share=1.0)
    table = {(row["first_name"], row["nickname"]) for row in facts("nicknames")}
    named = {first for first, _ in table}
    pairs = {(r.first, r.first_name) for r in df.select("first", "first_name").distinct().collect()}
    changed = {pair for pair in pairs if pair[0] != pair[1]}
    assert len(changed) > 100 and changed <= table
    assert not {first for first, name in pairs if first == name} & named


def test_empty_cells_follow_their_dials_but_for_what_a_system_needs(records):
    df = records(missing_shares={"email": 0.5, "phone": 0.4, "birth_date": 0.3, "address_line": 0.2})
    crm = df.filter("source_system = 'crm'")
    for column, wanted in {"email": 0.5, "phone": 0.4, "birth_date": 0.3, "address_line": 0.2}.items():
        assert near(share(crm, f"{column} is null"), wanted, crm.count()), column
    assert df.filter("source_system = 'web_signup' and email is null").count() == 0
    assert df.filter("source_system = 'loyalty' and phone is null").count() == 0


def test_factors_make_a_system_worse(records):
    df = records(typo_share=0.05, error_factors={"crm": 0.0, "web_signup": 1.0, "loyalty": 4.0, "subscription": 1.0})
    found = {
        system: share(df.filter(F.col("source_system") == system), "corrupted_columns <> ''") for system in SYSTEMS
    }
    assert found["crm"] == 0 and found["loyalty"] > 2 * found["web_signup"] > 0


def test_formats_are_no_errors_and_normalise(records):
    df = records(other_format_share=1.0)
    assert df.filter("corrupted_columns <> ''").count() == 0
    assert df.filter("phone not like '(___) ___-____'").count() == 0
    assert df.filter("address_line like '% Street%'").count() == 0


def test_keys_tell_nothing(records):
    """The order of keys has nothing to do with that of people or systems."""
    rows = [r.true_individual_id for r in records().orderBy("record_id").select("true_individual_id").collect()]
    rising = sum(a < b for a, b in itertools.pairwise(rows)) / (len(rows) - 1)
    together = sum(a == b for a, b in itertools.pairwise(rows)) / (len(rows) - 1)
    assert abs(rising - 0.5) < 0.03 and together < 0.01
