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


def test_caps_hold_at_each_scope_in_rolling_windows(busy):
    identifiers = busy.graph[2].select("mapping_id", "identifier_type", "identifier_value")
    rows = (
        busy.exposures.join(identifiers, "mapping_id")
        .join(
            busy.campaigns.select("campaign_id", "frequency_cap_daily", "frequency_cap_weekly", "frequency_cap_scope"),
            "campaign_id",
        )
        .select("*", F.unix_micros("exposure_ts").alias("at"))
        .toPandas()
    )
    units = {
        "identifier": ["household_id", "identifier_type", "identifier_value"],
        "person": ["individual_id"],
        "household": ["household_id"],
    }
    seen = set()
    for scope, keys in units.items():
        mine = rows[rows["frequency_cap_scope"] == scope]
        for _, unit in mine.groupby(["campaign_id", *keys]):
            at = unit["at"].sort_values().to_list()
            for column, hours in (("frequency_cap_daily", 24), ("frequency_cap_weekly", 168)):
                cap = int(unit[column].iloc[0])
                seen.add((scope, cap))
                assert all(b - a > hours * 3_600_000_000 for a, b in zip(at, at[cap:]))
    assert {scope for scope, _ in seen} == set(units) and any(cap == 1 for _, cap in seen)


def test_a_campaign_stops_at_the_midnight_before_the_day_that_would_exceed_its_share(busy):
    shares = (
        busy.campaigns.select("campaign_id", (F.col("budget_per_1000_households") * 100).cast("bigint").alias("cents"))
        .toPandas()
        .set_index("campaign_id")["cents"]
        * 10
        * 1_000
    )
    planned = busy.planned.filter("not held").toPandas()
    planned["day"] = planned["micros"] // 86_400_000_000
    kept = set(busy.exposures.select("exposure_id").toPandas()["exposure_id"])
    expected, stopped = set(), 0
    for campaign, rows in planned.groupby("campaign_id"):
        running = rows.groupby("day")["cost_micro"].sum().sort_index().cumsum()
        over = running[running > shares[campaign]].index
        stopped += len(over) > 0
        expected |= set(rows.loc[rows["day"] < over.min(), "exposure_id"] if len(over) else rows["exposure_id"])
    assert kept == expected
    assert 0 < stopped < planned["campaign_id"].nunique()


def test_exposures_know_no_truth(busy):
    assert not {"true_individual_id", "relation"} & set(busy.exposures.columns)


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


def test_exposures_ramp_up_and_clicks_wear_out(busy):
    plan = busy.campaigns.toPandas().set_index("campaign_id")
    seen = busy.exposures.select("campaign_id", "exposure_id", "exposure_ts", "is_viewable").toPandas()
    start = pd.to_datetime(seen["campaign_id"].map(plan["start_date"]))
    length = pd.to_datetime(seen["campaign_id"].map(plan["end_date"])) - start
    since = seen["exposure_ts"] - start
    per_day = since.dt.days.value_counts()
    ramp = busy.config.campaign_config.ramp_up_days
    assert per_day[0] < 0.5 * per_day[ramp] and per_day[0] < per_day[1] < per_day[2]
    clicks = busy.responses.filter("response_type = 'click'").toPandas()["exposure_id"]
    seen["clicked"] = seen["exposure_id"].isin(clicks)
    seen = seen[seen["is_viewable"]]
    early, late = (seen.loc[keep, "clicked"].mean() for keep in (since / length < 0.3, since / length > 0.7))
    assert late < 0.85 * early


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


def test_an_unwritten_plan_gives_the_same_exposures(spark, busy):
    again = generate_campaign_exposures(spark, busy.config, busy.campaigns, *busy.graph)
    pd.testing.assert_frame_equal(_rows(again), _rows(busy.exposures))


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


def test_campaigns_wait_for_their_audience(spark):
    config = GenerationConfig(household_config=HouseholdConfig(num_households=1_000))
    rows = generate_campaigns(spark, config).toPandas()
    known = config.start_date + timedelta(days=config.audience_config.lookback_days)
    from idgraph_widgets.config.segments import enabled_segments

    types = rows["target_segment_id"].map(enabled_segments(config))
    assert (types[rows["start_date"] < known] == "demographic").all()
    assert {"demographic", "interest", "behavioural", "purchase_intent"} >= set(types)
    config.audience_config.segments = {s: t != "demographic" for s, t in enabled_segments(config).items()}
    later = generate_campaigns(spark, config).toPandas()
    assert len(later) and (later["start_date"] >= known).all()


def test_channels_are_spread_evenly_over_campaigns(spark):
    config = GenerationConfig(household_config=HouseholdConfig(num_households=1_000))
    config.campaign_config.campaigns_per_period = 40
    rows = generate_campaigns(spark, config).toPandas()
    shares = rows["channel"].value_counts(normalize=True)
    for channel, share in config.campaign_config.channel_mix.items():
        assert abs(shares.get(channel, 0.0) - share) < 0.03


def test_advertisers_have_names_of_their_own_and_no_sensitive_product():
    config = GenerationConfig()
    config.campaign_config.num_advertisers = 1_000
    rows = advertisers(config)
    assert len({row["advertiser"] for row in rows}) == 1_000
    assert {row["ad_product_category"] for row in rows} == set(AD_PRODUCT_CATEGORIES)
    words = ("alcohol", "tobacco", "gambling", "adult", "politic", "relig", "health", "pharma", "weapon", "cannabis")
    assert not [c for c in AD_PRODUCT_CATEGORIES if any(word in c.lower() for word in words)]
    config.campaign_config.num_advertisers = 10
    assert advertisers(config) == rows[:10]


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
