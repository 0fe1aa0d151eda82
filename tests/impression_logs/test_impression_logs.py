"""Impression logs: what they tell and hide, and that a published recipe finds households in them."""

import itertools

import pytest
from pyspark.sql import functions as F

from idgraph_widgets import export_impression_logs, score_resolution
from idgraph_widgets.errors import StorageError

MARGIN = 500
"""Pairs that the recipe puts into one household are right at least so many times as often as pairs by chance."""


_MAIN = """
import contextlib, io, json, sys
from idgraph_widgets.cli import main

with contextlib.redirect_stdout(io.StringIO()) as printed:
    assert main(sys.argv[1:]) == 0
print(json.dumps(json.loads(printed.getvalue())))
"""


@pytest.fixture(scope="module")
def found(dataset_1k, tmp_path_factory):
    return export_impression_logs(dataset_1k, tmp_path_factory.mktemp("logs") / "out")


@pytest.fixture(scope="module")
def views(found, spark):
    found.logs.createOrReplaceTempView("impression_logs")
    yield found.logs
    spark.catalog.dropTempView("impression_logs")


def test_one_row_per_view_and_no_person(found, dataset_1k):
    views = dataset_1k.content_engagements.filter("engagement_type in ('view', 'complete')").count()
    assert found.logs.count() == found.truth.count() == views > 20_000
    assert found.logs.select("log_id").distinct().count() == views
    assert not {"individual_id", "household_id", "mapping_id"} & set(found.logs.columns)
    in_order = [r.p for r in found.truth.orderBy("log_id").selectExpr("true_individual_id as p").collect()]
    assert sum(a == b for a, b in itertools.pairwise(in_order)) / views < 0.01


def test_identifiers_are_those_of_the_graph(found, dataset_1k):
    logs = found.logs.join(found.truth.filter("true_individual_id is not null"), "log_id")
    mappings = dataset_1k.identity_mappings.join(dataset_1k.truth_identity, "mapping_id")
    values = mappings.select(F.col("identifier_value").alias("v"), F.col("true_individual_id")).distinct()
    for column in ("ifa", "first_party_cookie"):
        seen = logs.filter(f"{column} is not null")
        assert seen.count() > 1_000
        assert seen.withColumn("v", F.col(column)).join(values, ["v", "true_individual_id"], "left_anti").count() == 0
    assert found.logs.filter("ifa is not null and first_party_cookie is not null").count() == 0
    assert found.logs.filter("(ifa is null) <> (ifa_type is null)").count() == 0


def test_the_email_is_the_true_persons(found, dataset_1k):
    logs = found.logs.join(found.truth, "log_id").filter("email_sha256 is not null")
    own = dataset_1k.identity_mappings.join(dataset_1k.truth_identity, "mapping_id")
    own = own.filter("identifier_type = 'email' and relation = 'owner'")
    known = own.select("true_individual_id", F.sha2("identifier_value", 256).alias("email_sha256"))
    # Some first mailboxes the graph has seen: for their people the hash is that of one of their addresses.
    both = (
        logs.select("true_individual_id", "email_sha256").distinct().join(known, ["true_individual_id", "email_sha256"])
    )
    assert both.count() > 100
    several = logs.filter("true_individual_id is not null").groupBy("true_individual_id")
    several = several.agg(F.count_distinct("email_sha256").alias("n")).filter("n > 1")
    assert several.count() == 0


def test_people_outside_the_dataset_are_logged_like_others(found):
    outside = found.logs.join(found.truth.filter("true_individual_id is null"), "log_id")
    count, households = outside.count(), outside.filter("true_household_id is not null").count()
    assert count > 500 and households == 0
    assert outside.filter("is_coppa").count() == 0
    assert outside.filter("ifa is not null or first_party_cookie is not null").count() > 0.5 * count


def test_children_are_marked_and_anonymous(found, dataset_1k):
    ages = dataset_1k.individuals.select(F.col("individual_id").alias("true_individual_id"), "age")
    logs = found.logs.join(found.truth, "log_id").join(ages, "true_individual_id")
    assert logs.filter("is_coppa <> (age < 13)").count() == 0
    assert logs.filter("is_coppa").count() > 100
    assert logs.filter("is_coppa and email_sha256 is not null").count() == 0


# The recipe: group what is seen together, rank by frequency and then recency, take the first as primary.
_PRIMARY = """
select key, value from (
  select {key} as key, {value} as value, row_number() over (
    partition by {key} order by count(*) desc, max(log_date) desc, {value}) as place
  from impression_logs where not is_coppa and {key} is not null and {value} is not null
  group by {key}, {value}
) ranked where place = 1
"""


def primary(spark, key: str, value: str):
    return spark.sql(_PRIMARY.format(key=key, value=value))


def identity_graph(spark):
    """(entity, email_sha256, primary_ifa, primary_ip): emails with their devices, and devices without an email."""
    mails = primary(spark, "email_sha256", "ip_address").withColumnRenamed("value", "primary_ip")
    devices = primary(spark, "ifa", "ip_address").withColumnRenamed("value", "device_ip")
    # Which device belongs to an address: seen together on the same connection.
    pairs = spark.sql(
        """select m.email_sha256 as mail, d.ifa as ifa, count(*) as n from
          (select distinct email_sha256, ip_address, log_date from impression_logs
            where not is_coppa and email_sha256 is not null) m
          join (select distinct ifa, ip_address, log_date from impression_logs where not is_coppa and ifa is not null) d
          on m.ip_address = d.ip_address and m.log_date = d.log_date
        group by m.email_sha256, d.ifa"""
    )
    best = pairs.groupBy("mail").agg(F.max(F.struct("n", "ifa")).alias("best"))
    graph = mails.join(best.select(F.col("mail").alias("key"), F.col("best.ifa").alias("primary_ifa")), "key", "left")
    graph = graph.select(F.col("key").alias("email_sha256"), "primary_ifa", "primary_ip")
    rest = devices.select(F.col("key").alias("primary_ifa"), F.col("device_ip"))
    whole = graph.join(rest, "primary_ifa", "full_outer")
    return whole.select(
        F.coalesce("email_sha256", "primary_ifa").alias("entity"),
        "email_sha256",
        "primary_ifa",
        F.coalesce("primary_ip", "device_ip").alias("primary_ip"),
    ).dropDuplicates(["entity"])


def test_the_recipe_finds_households_better_than_chance(found, views, spark, tmp_path):
    identity_graph(spark).write.parquet(str(tmp_path / "graph"))
    graph = spark.read.parquet(str(tmp_path / "graph"))
    logs = found.logs.join(found.truth, "log_id")
    homes = {}
    for column in ("ifa", "email_sha256"):
        seen = logs.filter(f"{column} is not null").groupBy(F.col(column).alias("entity"), "true_household_id").count()
        most = seen.groupBy("entity").agg(F.max(F.struct("count", "true_household_id")).alias("m"))
        homes[column] = most.select("entity", F.col("m.true_household_id").alias("home"))
    truth = homes["ifa"].unionAll(homes["email_sha256"]).join(graph.select("entity"), "entity")
    score = score_resolution(graph.select("entity", F.col("primary_ip")), truth, "entity", "primary_ip", "home")
    assert score.records > 1_000
    by_chance = score.true_pairs / (score.records * (score.records - 1) / 2)
    assert score.precision > MARGIN * by_chance
    assert score.precision > 0.9 and score.recall > 0.4


def test_nothing_is_written_over(dataset_1k, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StorageError, match=r"holds mine\.txt"):
        export_impression_logs(dataset_1k, tmp_path)


def test_the_command_writes_the_same(found, dataset_1k_path, run_python, tmp_path):
    printed = run_python(_MAIN, "logs", str(dataset_1k_path), "--out", str(tmp_path / "logs"), "--json")
    assert printed["rows"] == found.logs.count()
    assert {p.name for p in (tmp_path / "logs").iterdir()} == {"impression_logs", "truth_impression_logs"}
