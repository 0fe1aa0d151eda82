"""The identity graph: what is shared, what is false, and how sure the graph is of it."""

import pytest
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.generators import (
    generate_households,
    generate_identity_mappings,
    generate_individuals,
    generate_truth_identity,
    plan_false_links,
    plan_own_identifiers,
    plan_persons,
)


def _graph(spark, tmp_path, **dials):
    """households, individuals, links with their truth: 1 000 households with these identity dials."""
    config = GenerationConfig(seed=5, household_config=HouseholdConfig(num_households=1_000))
    for name, value in dials.items():
        setattr(config.demographics_config.identity_mappings, name, value)
    config.check()

    def kept(name, df):
        df.write.parquet(str(tmp_path / name))
        return spark.read.parquet(str(tmp_path / name))

    households = kept("h", generate_households(spark, config))
    individuals = kept("i", generate_individuals(spark, config, households))
    own = kept(
        "own", plan_own_identifiers(spark, config, kept("p", plan_persons(spark, config, households, individuals)))
    )
    astray = kept("astray", plan_false_links(spark, config, households, own))
    people = (spark, config, households, individuals)
    mappings = kept("m", generate_identity_mappings(*people, own=own, astray=astray))
    truth = kept("t", generate_truth_identity(*people, own=own, astray=astray))
    return households, individuals, mappings.join(truth, "mapping_id")


def test_members_of_a_home_never_meet_on_a_public_network(spark, tmp_path):
    _, _, links = _graph(spark, tmp_path, public_ip_share=1.0, public_ip_pool_size=16)
    public = links.filter("identifier_type = 'ip_address' and identifier_value like '100.%'")
    assert public.count() > 1_500
    assert public.select("identifier_value").distinct().count() == 16
    met = public.groupBy("household_id", "identifier_value").count().filter("count > 1")
    assert met.count() == 0


def test_confidence_is_calibrated(spark, tmp_path):
    _, _, links = _graph(spark, tmp_path, probabilistic_share=1.0)
    true = (F.col("individual_id") == F.col("true_individual_id")).cast("double")
    found = (
        links.filter("match_type = 'probabilistic'")
        .groupBy((F.col("confidence") * 5).cast("int").alias("fifth"))
        .agg(F.count("*").alias("n"), F.avg("confidence").alias("said"), F.avg(true).alias("held"))
        .collect()
    )
    assert sum(row.n for row in found) > 900
    for row in found:
        assert abs(row.said - row.held) <= 0.01 + 2 / row.n**0.5, row


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_recycled_mailboxes_follow_their_dial_and_have_no_hash(spark, tmp_path, share):
    _, _, links = _graph(spark, tmp_path, recycled_email_share=share)
    mail = links.filter("identifier_type = 'email' and not is_shared")
    recycled = mail.filter("relation = 'former_owner'")
    assert abs(recycled.count() / mail.count() - share) <= 0.03
    hashes = links.filter("identifier_type = 'hashed_email' and match_type = 'deterministic'")
    stale = hashes.join(
        recycled.select("individual_id", F.sha2("identifier_value", 256).alias("identifier_value")),
        ["individual_id", "identifier_value"],
    )
    assert stale.count() == 0


def test_without_any_observation_everybody_keeps_one_identifier(spark, tmp_path):
    shares = dict.fromkeys(GenerationConfig().demographics_config.identity_mappings.observation_shares, 0.0)
    _, individuals, links = _graph(spark, tmp_path, observation_shares=shares, public_ip_share=0.0)
    assert links.select("individual_id").distinct().count() == individuals.count()
    kinds = {r.identifier_type for r in links.select("identifier_type").distinct().collect()}
    assert kinds <= {"email", "phone", "ip_address", "hashed_email"}


def test_children_have_shared_household_identifiers_only(spark, tmp_path):
    _households, individuals, links = _graph(spark, tmp_path)
    young = individuals.filter("age < 13").select("individual_id")
    theirs = links.join(young, "individual_id", "left_semi")
    assert theirs.count() > 500
    assert theirs.filter("not is_shared").count() == 0


def test_spellings_meet_after_normalisation_only(spark, tmp_path):
    _, _, links = _graph(spark, tmp_path, email_variant_share=1.0, recycled_email_share=0.0)
    mail = links.filter("identifier_type = 'email' and not is_shared")
    gmail = mail.filter("identifier_value like '%@gmail.%'")
    box = F.regexp_replace(F.split("identifier_value", "@")[0], "([.]|[+].*$)", "")
    boxes = gmail.groupBy("individual_id", box.alias("box")).agg(
        F.count("*").alias("rows"), F.count_distinct("identifier_value").alias("spellings")
    )
    assert boxes.count() > 500
    assert boxes.filter("rows <> 2 or spellings <> 2").count() == 0
    assert mail.filter("identifier_value like '%+%' and identifier_value not like '%@gmail.%'").count() == 0
    assert 0.4 < gmail.filter("identifier_value like '%+%'").count() / boxes.count() < 0.6


def test_hashes_made_in_another_way_join_no_other(spark, tmp_path):
    _, _, links = _graph(spark, tmp_path, hash_variant_share=1.0, typo_share=0.0, recycled_email_share=0.0)
    guessed = links.filter("identifier_type = 'hashed_email' and match_type = 'probabilistic'")
    own = guessed.filter("relation = 'owner'")
    mail = links.filter("identifier_type = 'email'").select("individual_id", "identifier_value")
    known = mail.select("individual_id", F.sha2("identifier_value", 256).alias("identifier_value"))
    assert own.count() > 500
    assert own.join(known, ["individual_id", "identifier_value"]).count() == 0
    base64 = own.filter("length(identifier_value) = 44").count() / own.count()
    assert 0.25 < base64 < 0.42


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_hot_places_are_nodes_of_high_degree(spark, tmp_path, share):
    _, _, links = _graph(spark, tmp_path, public_ip_share=1.0, hot_ip_share=share)
    public = links.filter("identifier_type = 'ip_address' and identifier_value like '100.%'")
    degrees = [r["count"] for r in public.groupBy("identifier_value").count().orderBy(F.desc("count")).collect()]
    assert abs(sum(degrees[:16]) / sum(degrees) - share) < 0.05
    met = public.groupBy("household_id", "identifier_value").count().filter("count > 1")
    assert met.count() == 0


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_twins_and_namesakes_follow_their_dials(spark, tmp_path, share):
    config = GenerationConfig(seed=5, household_config=HouseholdConfig(num_households=2_000))
    identity = config.demographics_config.identity_mappings
    identity.twin_share = identity.namesake_share = share
    generate_individuals(spark, config, generate_households(spark, config)).write.parquet(str(tmp_path / "i"))
    people = spark.read.parquet(str(tmp_path / "i"))
    child = people.filter("role = 'child'")
    before = child.select(
        "household_id",
        (F.col("person_number") + 1).alias("person_number"),
        F.col("birth_date").alias("born_before"),
        F.col("age").alias("age_before"),
    )
    later = child.join(before, ["household_id", "person_number"])
    twins = later.filter("birth_date = born_before").count() / later.count()
    # Nobody is the twin of a twin, and an adult child after a minor is none.
    assert (twins < 0.005) if share == 0 else (0.2 < twins < 0.3)
    fathers = (
        people.filter(
            "gender = 'male' and (role = 'householder' or (role in ('spouse', 'partner') and person_number = 2))"
        )
        .groupBy("household_id")
        .agg(F.collect_set("first_name").alias("names"))
    )
    sons = child.filter("gender = 'male'").join(fathers, "household_id")
    named = sons.filter("array_contains(names, first_name)").count() / sons.count()
    assert named < 0.03 if share == 0 else abs(named - share) < 0.06
