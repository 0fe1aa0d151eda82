"""Responses, their causes and their credit under configurations other than the default, and their independence."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from support.ads import Ads, frame, graph_of, people_of

from idgraph_widgets.arrays import Columns, sum_by
from idgraph_widgets.config.affinity import AFFINITY
from idgraph_widgets.generators.ads import exposures
from idgraph_widgets.generators.ads.advertising import campaign_plan
from idgraph_widgets.generators.context import micros
from idgraph_widgets.generators.responses import attribution, campaign_daily, outcome_metrics, response_events
from idgraph_widgets.generators.wants import spells
from idgraph_widgets.schema import ids
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES
from idgraph_widgets.schema.outcome_metrics import MODELS


class Responses:
    """Tables 9 and 10 of a configuration over the graph and the exposures of `Ads`, made in parts of a block."""

    def __init__(self, config, graph, part_homes: int = 10_000):
        self.config = config
        self.ads = Ads(config, graph, part_homes)
        self.context = self.ads.context
        self.people = people_of(self.context, graph)
        self.events, self.truth = self.respond(self.ads.exposures, self.ads.is_true)

    def respond(self, exposures, is_true):
        return response_events.make(self.context, self.ads.campaigns, self.people, exposures, is_true)

    def outcomes(self):
        sums = outcome_metrics.partial(
            self.context, self.ads.campaigns, self.ads.exposures, self.ads.identifiers, self.events
        )
        return outcome_metrics.total(self.context, self.ads.campaigns, sums)


@pytest.fixture(scope="module")
def graph(config_1k):
    return graph_of(config_1k)


@pytest.fixture(scope="module")
def busy(config_1k, graph):
    """Much reach, much response, little budget, a short window: every rule has something to do."""
    config = copy.deepcopy(config_1k)
    campaign = config.campaign_config
    campaign.campaigns_per_period = 14
    campaign.num_advertisers = 4
    campaign.reach_share, campaign.impressions_per_view, campaign.mailings_per_week = 0.9, 1.0, 4.0
    campaign.budget_factor = {"min": 0.2, "max": 2.0}
    campaign.click_through_rates = dict.fromkeys(campaign.click_through_rates, 0.1) | {"ctv": 0.0}
    campaign.organic_visits_per_person_90_days, campaign.ad_lift = 4.0, 5.0
    campaign.visit_to_sign_up = campaign.visit_to_cart = 0.5
    campaign.capture_minutes = 1440
    campaign.attribution_window_days = 5
    scopes = ("identifier", "person", "household")
    for i, channel in enumerate(campaign.frequency_caps):
        campaign.frequency_caps[channel] = {"daily": 1 + i % 2, "weekly": 2 + i % 3, "scope": scopes[i % 3]}
    config.check()
    return Responses(config, graph)


def _nothing(columns: Columns) -> Columns:
    return columns.take(np.zeros(0, np.int64))


STEP = ["response_id", "individual_id", "advertiser_id", "response_type", "response_ts", "revenue"]


def test_organic_life_knows_of_no_campaign(busy):
    """Without campaigns the same people do the same things at the same times; ads only label and add."""
    alone, truth = busy.respond(_nothing(busy.ads.exposures), np.zeros(0, bool))
    alone, together = frame("response_events", alone), frame("response_events", busy.events)
    assert set(alone["conversion_path"]) == {"organic"}
    assert set(frame("truth_conversion", truth)["origin"]) == {"organic"}
    anyway = together[together["response_id"].isin(alone["response_id"])]
    pd.testing.assert_frame_equal(anyway[STEP].reset_index(drop=True), alone[STEP].reset_index(drop=True))
    assert (anyway["conversion_path"] != "organic").any()
    more = together[~together["response_id"].isin(alone["response_id"])]
    assert set(more["conversion_path"]) == {"click_through", "view_through"}


def test_truth_names_what_created_each_purchase(busy):
    events, truth = frame("response_events", busy.events), frame("truth_conversion", busy.truth)
    purchases = events[events["response_type"] == "purchase"]
    assert sorted(truth["response_id"]) == sorted(purchases["response_id"])
    both = purchases.merge(truth, on="response_id")
    assert set(both["origin"]) == {"organic", "captured", "created"}
    assert (both["causing_exposure_id"].notna() == (both["origin"] == "created")).all()
    assert ((both["conversion_path"] == "organic") == (both["origin"] == "organic")).all()


def test_false_links_capture_and_create_nothing(busy):
    """What they show, somebody else has seen: only curiosity clicks it."""
    events, _ = busy.respond(busy.ads.exposures, np.zeros(len(busy.ads.exposures), bool))
    events = frame("response_events", events)
    assert set(events.loc[events["response_type"] == "purchase", "conversion_path"]) == {"organic"}
    assert "view_through" not in set(events["conversion_path"])
    assert (events["conversion_path"] == "click_through").any()


def test_campaigns_that_pay_for_clicks_pay_for_all_of_them(busy):
    plan = campaign_plan(busy.context, busy.ads.campaigns)
    cost = exposures.costs(busy.context, plan, busy.ads.exposures, busy.events)
    assert (cost <= busy.ads.exposures.cost).all()
    clicked = np.isin(
        busy.ads.exposures.exposure_id, busy.events.exposure_id.fill(0)[busy.events.response_type == "click"]
    )
    place = np.searchsorted(plan.campaign_id, busy.ads.exposures.campaign_id)
    bid = np.where(clicked, plan.click_micro[place], 0) + plan.impression_micro[place]
    assert ((cost == 0) == (bid == 0)).all()
    paid = cost[bid > 0] / bid[bid > 0]
    assert 0.5 < paid.min() < 0.8 and 1.2 < paid.max() < 2 and abs(paid.mean() - 1) < 0.02
    assert (clicked & (plan.click_micro[place] > 0)).any()


def test_curiosity_buys_nothing(busy):
    events, truth = frame("response_events", busy.events), frame("truth_conversion", busy.truth)
    clicks = events[events["response_type"] == "click"]
    bought = events[(events["response_type"] == "purchase") & (events["conversion_path"] == "click_through")]
    assert len(clicks) > 10 * len(bought)
    assert set(truth.loc[truth["response_id"].isin(bought["response_id"]), "origin"]) <= {"captured"}


def test_considered_goods_are_bought_once_in_a_spell(busy):
    """People who want such goods buy them once, whatever they visit; what is consumed is bought again."""
    found = busy.people.lives
    bought = found.where((found.purchase != 0) & (found.intent % ids.SPELLS != 0))
    once = np.array([AFFINITY[name].once for name in AD_PRODUCT_CATEGORIES])[bought.category]
    pairs = pd.DataFrame({"intent": bought.intent, "advertiser": bought.advertiser_id, "once": once})
    copies = pairs.groupby(["intent", "advertiser", "once"]).size().reset_index(name="n")
    assert copies.loc[copies["once"], "n"].max() == 1
    assert copies.loc[~copies["once"], "n"].max() > 1


def test_spells_are_three_at_a_time_and_one_of_a_category(busy):
    frame_of = frame("truth_intent", busy.people.intents)
    days = frame_of.assign(
        start=pd.to_datetime(frame_of["from_date"]), end=pd.to_datetime(frame_of["to_date"])
    ).sort_values(["individual_id", "start", "intent_id"])
    most = 0
    for _, mine in days.groupby("individual_id"):
        for start in mine["start"]:
            now = mine[(mine["start"] <= start) & (mine["end"] > start)]
            most = max(most, len(now))
            assert now["ad_product_category"].is_unique
    assert most == spells.AT_A_TIME


def test_keys_do_not_tell_what_caused_a_response(busy):
    events = frame("response_events", busy.events)
    visits = events[(events["response_type"] == "site_visit") & events["parent_response_id"].isna()]
    assert len(set(visits["conversion_path"])) > 1
    for _, path in visits.groupby("conversion_path"):
        assert abs((path["response_id"] < 2**51).mean() - 0.5) < 0.15


@pytest.mark.parametrize("part_homes", [137, 400])
def test_the_cut_of_a_block_does_not_matter(busy, graph, part_homes):
    other = Responses(busy.config, graph, part_homes)
    for table in ("response_events", "truth_conversion"):
        mine, theirs = (getattr(one, "events" if table == "response_events" else "truth") for one in (busy, other))
        pd.testing.assert_frame_equal(frame(table, mine), frame(table, theirs))
    pd.testing.assert_frame_equal(*(frame("outcome_metrics", one.outcomes()) for one in (busy, other)))


def test_a_later_end_date_keeps_exposures_and_responses(busy, graph):
    config = copy.deepcopy(busy.config)
    config.end_date = date(2025, 3, 5)
    end = micros(config.end_date)
    mappings = graph["identity_mappings"]
    inside = np.flatnonzero(mappings.first_seen_ts < end)
    mappings = mappings.take(inside)
    opted = mappings.opted_out_ts
    kept = opted.valid & (opted.values < end)  # noqa: PD011 - no pandas
    cut = {
        **graph,
        "truth_identity": graph["truth_identity"].take(inside),
        "identity_mappings": mappings.with_columns(
            last_seen_ts=np.minimum(mappings.last_seen_ts, end - 1), opted_out_ts=replace(opted, valid=kept)
        ),
        "content_engagements": graph["content_engagements"].where(graph["content_engagements"].engagement_ts < end),
    }
    early = Responses(config, cut)
    later = busy.ads.exposures
    pd.testing.assert_frame_equal(
        frame("campaign_exposures", early.ads.exposures),
        frame("campaign_exposures", later.where(later.exposure_ts < end)),
    )
    pd.testing.assert_frame_equal(
        frame("response_events", early.events),
        frame("response_events", busy.events.where(busy.events.response_ts < end)),
    )
    campaigns = busy.ads.campaigns
    flights = campaigns.where(campaigns.start_date < end // 86_400_000_000)
    pd.testing.assert_frame_equal(frame("campaigns", early.ads.campaigns), frame("campaigns", flights))


def test_published_sums_are_the_sums_they_were_made_of(busy):
    """An append adds to what it reads back from the published tables."""
    shown, events, campaigns = busy.ads.exposures, busy.events, busy.ads.campaigns
    daily = campaign_daily.partial(busy.context, shown, events)
    again = campaign_daily.sums_of(campaign_daily.total(busy.context, campaigns, daily))
    assert all((daily[name] == again[name]).all() for name in daily.names)
    sums = outcome_metrics.partial(busy.context, campaigns, shown, busy.ads.identifiers, events)
    published = outcome_metrics.total(busy.context, campaigns, sums)
    again = outcome_metrics.total(busy.context, campaigns, outcome_metrics.sums_of(published))
    pd.testing.assert_frame_equal(frame("outcome_metrics", published), frame("outcome_metrics", again))


def test_decay_weights_are_those_of_the_published_half_life():
    assert attribution.decay_weights() == [round(2 ** (-d / 7) * 1_000_000) for d in range(91)]


def test_credit_of_a_purchase_is_exact():
    weights = attribution.decay_weights()
    cases = {1: [0], 2: [8, 1], 3: [20, 20, 0], 7: [29, 15, 9, 8, 3, 1, 0]}
    rows = [
        (number, n * 10_000 + place, 9_999, n, sum(weights[d] for d in ages), place, weights[age])
        for number, (n, ages) in enumerate(cases.items())
        for place, age in enumerate(ages)
    ]
    names = ("purchase", "campaign_id", "cents", "touches", "weights", "place", "weight")
    touched = Columns(**{name: np.array(values, np.int64) for name, values in zip(names, zip(*rows, strict=True))})
    given = attribution.credit_of(touched)
    sums = sum_by(
        Columns(n=given.campaign_id // 10_000, model=given.model, micro=given.credit_micro, cents=given.credit_cents),
        "n",
        "model",
    )
    assert len(sums) == len(cases) * len(MODELS)
    assert (sums.micro == 1_000_000).all() and (sums.cents == 9_999).all()
    order = np.argsort(given.campaign_id, kind="stable")
    of_seven = {
        model: given.credit_micro[order][
            (given.campaign_id[order] // 10_000 == 7) & (given.model[order] == number)
        ].tolist()
        for number, model in enumerate(MODELS)
    }
    assert of_seven["last_touch"] == [0] * 6 + [1_000_000]
    assert of_seven["first_touch"] == [1_000_000] + [0] * 6
    assert of_seven["linear"] == [142_857] * 6 + [142_858]
    assert of_seven["position_based"] == [400_000] + [40_000] * 5 + [400_000]
    assert of_seven["time_decay"] == sorted(of_seven["time_decay"])
