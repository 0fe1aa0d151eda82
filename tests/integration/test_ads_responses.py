"""Responses, their causes and their credit under configurations other than the default, and their independence."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from support.ads import Ads, frame, graph_of

from idgraph_widgets.arrays import Columns, sum_by
from idgraph_widgets.generators import ads, clocks, responses
from idgraph_widgets.generators.context import Context, micros
from idgraph_widgets.generators.responses import attribution, campaign_daily, outcome_metrics, response_events
from idgraph_widgets.schema.outcome_metrics import MODELS


class Responses:
    """Tables 9 and 10 of a configuration over the graph and the exposures of `Ads`, made in parts of a block."""

    def __init__(self, config, graph, part_homes: int = 10_000):
        self.config = config
        self.ads = Ads(config, graph, part_homes)
        self.context = Context.make(config, (clocks.prepare, *ads.PREPARE, *responses.PREPARE))
        self.individuals = graph["individuals"]
        self.events, self.truth = self.respond(self.ads.exposures, self.ads.ghosts)

    def respond(self, exposures, ghosts):
        return response_events.make(self.context, self.ads.campaigns, self.individuals, exposures, ghosts)

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
    return Responses(config, graph)


def _nothing(columns: Columns) -> Columns:
    return columns.take(np.zeros(0, np.int64))


def test_organic_behaviour_does_not_depend_on_campaigns(busy):
    alone, _ = busy.respond(_nothing(busy.ads.exposures), busy.ads.ghosts)
    alone, together = frame("response_events", alone), frame("response_events", busy.events)
    assert set(alone["conversion_path"]) == {"organic"}
    same = together.merge(alone, on=["response_id", "individual_id", "response_type", "response_ts", "advertiser_id"])
    assert set(together.loc[together["conversion_path"] == "organic", "response_id"]) <= set(same["response_id"])
    # Each chain that begins anyway begins in both worlds; only what lies beyond a carried window is missing.
    roots = alone.loc[alone["parent_response_id"].isna(), "response_id"]
    assert len(roots) and set(roots) <= set(together["response_id"])


def test_truth_names_the_cause_of_each_purchase(busy):
    events, truth = frame("response_events", busy.events), frame("truth_conversion", busy.truth)
    purchases = events[events["response_type"] == "purchase"]
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


def test_held_out_people_buy_what_they_would_have_clicked(busy):
    """Without ghosts, held-out people lack purchases; with them none carries a click or the campaign."""
    without, _ = busy.respond(busy.ads.exposures, _nothing(busy.ads.ghosts))
    more = frame("response_events", busy.events)
    more = more[~more["response_id"].isin(without.response_id)]
    assert (more["response_type"] == "purchase").any()
    assert set(more["conversion_path"]) <= {"organic", "view_through"}
    assert set(more["individual_id"]) <= set(busy.ads.ghosts.individual_id)


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
