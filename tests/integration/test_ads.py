"""Campaigns, exposures and responses under configurations other than the default, and their independence."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import pandas as pd
import pytest
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.generators import attribution
from idgraph_widgets.generators.advertisers import advertisers
from idgraph_widgets.generators.campaign_exposures import generate_campaign_exposures, plan_campaign_exposures
from idgraph_widgets.generators.campaigns import generate_campaigns
from idgraph_widgets.generators.ghosts import plan_ghosts
from idgraph_widgets.generators.outcome_metrics import generate_outcome_metrics, outcome_partials
from idgraph_widgets.generators.response_events import generate_response_events, generate_truth_conversion
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES

GRAPH = ("households", "individuals", "identity_mappings", "truth_identity", "audience_attributes")


class Ads:
    """Tables 7 to 10 of a configuration over the graph of another dataset, kept as Parquet."""

    def __init__(self, spark, config, graph, folder, spread=None):
        self.spark, self.config, self.folder = spark, config, folder
        self.graph = [graph[name] for name in GRAPH]
        if spread:
            self.graph = [df.repartition(spread) for df in self.graph]
        self.campaigns = self._keep("campaigns", generate_campaigns(spark, config))
        self.planned = self._keep(
            "planned", plan_campaign_exposures(spark, config, self.campaigns, *self.graph[:3], self.graph[4])
        )
        self.exposures = self._keep(
            "exposures", generate_campaign_exposures(spark, config, self.campaigns, *self.graph, planned=self.planned)
        )
        homes, _, mappings = self.graph[:3]
        self.ghosts = self._keep("ghosts", plan_ghosts(spark, config, self.campaigns, homes, mappings, self.planned))
        args = (spark, config, self.campaigns, self.graph[1], self.exposures, self.ghosts)
        self.responses = self._keep("responses", generate_response_events(*args))
        self.truth = self._keep("truth", generate_truth_conversion(*args))

    def _keep(self, name, df):
        df.write.parquet(str(self.folder / name))
        return self.spark.read.parquet(str(self.folder / name))

    def outcomes(self):
        partials = outcome_partials(
            self.spark, self.config, self.campaigns, self.graph[2], self.exposures, self.responses
        )
        return generate_outcome_metrics(self.spark, self.config, self.campaigns, partials)


@pytest.fixture(scope="module")
def graph(dataset_1k):
    return dataset_1k.tables()


@pytest.fixture(scope="module")
def busy(spark, config_1k, graph, tmp_path_factory):
    """Much reach, much response, little budget, a short window: every rule has something to do."""
    config = copy.deepcopy(config_1k)
    campaign = config.campaign_config
    campaign.campaigns_per_period = 14
    campaign.num_advertisers = 4
    campaign.reach_share, campaign.exposures_per_week = 0.9, 6.0
    campaign.budget_per_1000_households = {"min": 5.0, "max": 60.0}
    campaign.click_through_rates = dict.fromkeys(campaign.click_through_rates, 0.1) | {"ctv": 0.0}
    campaign.organic_visits_per_person_90_days, campaign.ad_lift = 4.0, 5.0
    campaign.visit_to_sign_up = campaign.visit_to_cart = 0.5
    campaign.attribution_window_days = 5
    scopes = ("identifier", "person", "household")
    for i, channel in enumerate(campaign.frequency_caps):
        campaign.frequency_caps[channel] = {"daily": 1 + i % 2, "weekly": 2 + i % 3, "scope": scopes[i % 3]}
    config.check()
    return Ads(spark, config, graph, tmp_path_factory.mktemp("busy"))


def _rows(df):
    return (
        df.select([F.col(c).cast("string") for c in df.columns]).toPandas().sort_values(df.columns, ignore_index=True)
    )


def test_organic_behaviour_does_not_depend_on_campaigns(spark, busy):
    nothing = busy.exposures.limit(0)
    alone = generate_response_events(spark, busy.config, busy.campaigns, busy.graph[1], nothing, busy.ghosts).toPandas()
    assert set(alone["conversion_path"]) == {"organic"}
    together = busy.responses.toPandas()
    same = together.merge(alone, on=["response_id", "individual_id", "response_type", "response_ts", "advertiser_id"])
    assert set(together.loc[together["conversion_path"] == "organic", "response_id"]) <= set(same["response_id"])
    # Each chain that begins anyway begins in both worlds; only what lies beyond a carried window is missing.
    roots = alone.loc[alone["parent_response_id"].isna(), "response_id"]
    assert set(roots) <= set(together["response_id"])


def test_truth_names_the_cause_of_each_purchase(busy):
    purchases = busy.responses.filter("response_type = 'purchase'").toPandas()
    truth = busy.truth.toPandas()
    assert sorted(truth["response_id"]) == sorted(purchases["response_id"])
    both = purchases.merge(truth, on="response_id")
    clicked = both[both["conversion_path"] == "click_through"]
    caused = clicked[clicked["causing_exposure_id"].notna()]
    assert len(caused) and (caused["causing_exposure_id"] == caused["exposure_id"]).all()
    # Of purchases after a click only lift / (1 + lift) would not have been made anyway.
    lift = busy.config.campaign_config.ad_lift
    expected = lift / (1 + lift)
    assert abs(len(caused) / len(clicked) - expected) < 4 * (expected / len(clicked)) ** 0.5
    assert both.loc[both["conversion_path"] == "organic", "causing_exposure_id"].isna().all()
    viewed = both[both["conversion_path"] == "view_through"]
    assert viewed["causing_exposure_id"].isna().any() and viewed["causing_exposure_id"].notna().any()


def test_held_out_people_buy_what_they_would_have_clicked(spark, busy):
    """Without ghosts, held-out people lack purchases; with them none carries a click or the campaign."""
    args = (spark, busy.config, busy.campaigns, busy.graph[1], busy.exposures)
    without = generate_response_events(*args, busy.ghosts.limit(0)).toPandas()
    more = busy.responses.toPandas()
    more = more[~more["response_id"].isin(without["response_id"])]
    assert (more["response_type"] == "purchase").any()
    assert set(more["conversion_path"]) <= {"organic", "view_through"}
    held = busy.ghosts.select("individual_id").distinct().toPandas()["individual_id"]
    assert set(more["individual_id"]) <= set(held)


def test_keys_do_not_tell_what_caused_a_response(busy):
    visits = busy.responses.filter("response_type = 'site_visit' and parent_response_id is null")
    rows = visits.select("response_id", "conversion_path").toPandas()
    middle = 2**51
    for _, path in rows.groupby("conversion_path"):
        assert abs((path["response_id"] < middle).mean() - 0.5) < 0.15


def test_partitions_do_not_matter(spark, busy, graph, tmp_path):
    other = Ads(spark, busy.config, graph, tmp_path, spread=5)
    for name in ("campaigns", "exposures", "responses", "truth"):
        pd.testing.assert_frame_equal(_rows(getattr(busy, name)), _rows(getattr(other, name)))
    pd.testing.assert_frame_equal(_rows(busy.outcomes()), _rows(other.outcomes()))


def test_a_later_end_date_keeps_exposures_and_responses(spark, busy, graph, tmp_path):
    config = copy.deepcopy(busy.config)
    config.end_date = date(2025, 3, 5)
    end = pd.Timestamp(config.end_date)
    cut = dict(graph)
    micros = F.lit(int(end.timestamp()) * 1_000_000).cast("bigint")
    inside = F.unix_micros("first_seen_ts") < micros
    last = F.timestamp_micros(F.least(F.unix_micros("last_seen_ts"), micros - 1))
    opted = F.when(F.unix_micros("opted_out_ts") < micros, F.col("opted_out_ts"))
    mappings = graph["identity_mappings"].filter(inside)
    cut["identity_mappings"] = mappings.withColumns({"last_seen_ts": last, "opted_out_ts": opted})
    early = Ads(spark, config, cut, tmp_path)
    for name, time in (("exposures", "exposure_ts"), ("responses", "response_ts")):
        before = getattr(busy, name).filter(F.unix_micros(time) < micros)
        pd.testing.assert_frame_equal(_rows(getattr(early, name)), _rows(before))
    flights = busy.campaigns.filter(F.unix_date("start_date") < F.lit((config.end_date - date(1970, 1, 1)).days))
    pd.testing.assert_frame_equal(_rows(early.campaigns), _rows(flights))


def test_decay_weights_are_those_of_the_published_half_life():
    assert attribution.decay_weights() == [round(2 ** (-d / 7) * 1_000_000) for d in range(91)]


def test_credit_of_a_purchase_is_exact(spark):
    weights = attribution.decay_weights()
    cases = {1: [0], 2: [8, 1], 3: [20, 20, 0], 7: [29, 15, 9, 8, 3, 1, 0]}
    rows = [
        (n, n * 10_000 + place, 9_999, n, sum(weights[d] for d in ages), place, weights[age])
        for n, ages in cases.items()
        for place, age in enumerate(ages)
    ]
    columns = ["response_id", "campaign_id", "cents", "touches", "weights", "place", "weight"]
    given = attribution.credits(spark.createDataFrame(pd.DataFrame(rows, columns=columns))).toPandas()
    given["n"] = given["campaign_id"] // 10_000
    sums = given.groupby(["n", "model"])[["credit_micro", "credit_cents"]].sum()
    assert (sums["credit_micro"] == 1_000_000).all() and (sums["credit_cents"] == 9_999).all()
    of = given.assign(model=given["model"].map(lambda m: attribution.MODELS[int(m)]))
    seven = of[of["n"] == 7].sort_values("campaign_id").groupby("model")["credit_micro"].apply(list)
    assert seven["last_touch"] == [0] * 6 + [1_000_000]
    assert seven["first_touch"] == [1_000_000] + [0] * 6
    assert seven["linear"] == [142_857] * 6 + [142_858]
    assert seven["position_based"] == [400_000] + [40_000] * 5 + [400_000]
    assert seven["time_decay"] == sorted(seven["time_decay"])
