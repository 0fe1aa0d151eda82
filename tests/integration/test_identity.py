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
    own = kept("own", plan_own_identifiers(spark, config, kept("p", plan_persons(spark, config, households, individuals))))
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
    stale = hashes.join(recycled.select("individual_id", F.sha2("identifier_value", 256).alias("identifier_value")),
                        ["individual_id", "identifier_value"])  # fmt: skip
    assert stale.count() == 0


def test_without_any_observation_everybody_keeps_one_identifier(spark, tmp_path):
    shares = {name: 0.0 for name in GenerationConfig().demographics_config.identity_mappings.observation_shares}
    _, individuals, links = _graph(spark, tmp_path, observation_shares=shares, public_ip_share=0.0)
    assert links.select("individual_id").distinct().count() == individuals.count()
    kinds = {r.identifier_type for r in links.select("identifier_type").distinct().collect()}
    assert kinds <= {"email", "phone", "ip_address", "hashed_email"}


def test_children_have_shared_household_identifiers_only(spark, tmp_path):
    households, individuals, links = _graph(spark, tmp_path)
    young = individuals.filter("age < 13").select("individual_id")
    theirs = links.join(young, "individual_id", "left_semi")
    assert theirs.count() > 500
    assert theirs.filter("not is_shared").count() == 0
