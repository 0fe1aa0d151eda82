"""Campaigns and exposures under configurations other than the default, and their independence."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from support.ads import Ads, frame, graph_of

from idgraph_widgets.arrays import Columns, Nullable, coded, filled
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.config.segments import enabled_segments
from idgraph_widgets.draws import hashed
from idgraph_widgets.generators.ads import campaigns
from idgraph_widgets.generators.ads.advertising import campaign_plan, held_out
from idgraph_widgets.generators.ads.clicks import curious
from idgraph_widgets.generators.ads.markets import deliveries
from idgraph_widgets.generators.context import DAY, micros
from idgraph_widgets.generators.wants.advertisers import advertisers
from idgraph_widgets.schema.campaign_exposures import TABLE
from idgraph_widgets.schema.campaigns import AD_PRODUCT_CATEGORIES


@pytest.fixture(scope="module")
def graph(config_1k):
    return graph_of(config_1k)


@pytest.fixture(scope="module")
def busy_config(config_1k):
    """Much reach, much response, little budget, a short window: every rule has something to do."""
    config = copy.deepcopy(config_1k)
    campaign = config.campaign_config
    campaign.campaigns_per_period = 14
    campaign.num_advertisers = 4
    campaign.reach_share, campaign.impressions_per_view, campaign.mailings_per_week = 0.9, 1.0, 4.0
    campaign.budget_factor = {"min": 0.2, "max": 2.0}
    campaign.click_through_rates = dict.fromkeys(campaign.click_through_rates, 0.1) | {"ctv": 0.0}
    campaign.attribution_window_days = 5
    scopes = ("identifier", "person", "household")
    for i, channel in enumerate(campaign.frequency_caps):
        campaign.frequency_caps[channel] = {"daily": 1 + i % 2, "weekly": 2 + i % 3, "scope": scopes[i % 3]}
    config.check()
    return config


@pytest.fixture(scope="module")
def busy(busy_config, graph):
    return Ads(busy_config, graph)


def _campaigns(config) -> pd.DataFrame:
    return frame("campaigns", campaigns.prepare(config))


@pytest.mark.parametrize("advertisers", [4, 6, 8, 10])
def test_every_advertiser_has_campaigns_whatever_the_seed(config_1k, advertisers):
    config = copy.deepcopy(config_1k)
    config.campaign_config.num_advertisers = advertisers
    for config.seed in range(40):
        had = _campaigns(config)["advertiser_id"]
        assert sorted(had.unique()) == list(range(1, advertisers + 1)), config.seed


def test_caps_hold_at_each_scope_in_rolling_windows(busy):
    keys = ("campaign_id", "household_id", "individual_id", "exposure_ts")
    rows = pd.DataFrame({name: busy.exposures[name] for name in keys}).assign(identifier=busy.identifiers)
    caps = ["campaign_id", "frequency_cap_daily", "frequency_cap_weekly", "frequency_cap_scope"]
    rows = rows.merge(frame("campaigns", busy.campaigns)[caps], on="campaign_id")
    units = {"identifier": ["household_id", "identifier"], "person": ["individual_id"], "household": ["household_id"]}
    seen = set()
    for scope, keys in units.items():
        mine = rows[rows["frequency_cap_scope"] == scope]
        for _, unit in mine.groupby(["campaign_id", *keys]):
            at = unit["exposure_ts"].sort_values().to_list()
            for column, hours in (("frequency_cap_daily", 24), ("frequency_cap_weekly", 168)):
                cap = int(unit[column].iloc[0])
                seen.add((scope, cap))
                assert all(b - a > hours * 3_600_000_000 for a, b in zip(at, at[cap:], strict=False))
    assert {scope for scope, _ in seen} == set(units) and any(cap == 1 for _, cap in seen)


def test_identifiers_are_units_of_a_home_whoever_of_it_uses_them(busy):
    seen = busy.exposures.with_columns(identifier=busy.identifiers)
    scope = busy.campaigns.frequency_cap_scope == "identifier"
    seen = seen.where(np.isin(seen.campaign_id, busy.campaigns.campaign_id[scope]))
    rows = pd.DataFrame({n: seen[n] for n in ("campaign_id", "household_id", "identifier", "individual_id")})
    people = rows.groupby(["campaign_id", "household_id", "identifier"])["individual_id"].nunique()
    assert len(people) and people.max() >= 1
    # Reached by a draw of its own: of identifiers in sessions of members some never see the campaign.
    plan = campaign_plan(busy.context, busy.campaigns)
    of = np.searchsorted(plan.campaign_id, seen.campaign_id)
    key = hashed(seen.identifier, hashed(seen.household_id, hashed(seen.campaign_id)))
    draws = busy.context.draws("campaign_exposures")
    assert draws.chance_in_scale("reach", plan.reach_e4[of], key).all()


def test_ads_are_seen_in_sessions_at_the_publisher_of_what_is_viewed(busy, graph):
    shown, events = frame(TABLE.name, busy.exposures), frame("content_engagements", graph["content_engagements"])
    shown = shown.merge(frame("campaigns", busy.campaigns)[["campaign_id", "channel"]], on="campaign_id")
    with_session = shown["channel"].isin(["display", "video", "ctv", "audio"])
    assert with_session.any() and (shown["session_id"].notna() == with_session).all()
    events["ends"] = events["engagement_ts"] + pd.to_timedelta(events["duration_seconds"], unit="s")
    views = events.groupby(["session_id", "content_id"]).agg(
        begins=("engagement_ts", "min"), ends=("ends", "max"), view_mapping=("mapping_id", "first"),
        view_publisher=("publisher", "first"), view_ip=("ip_address", "first"),
    )  # fmt: skip
    both = shown[with_session].join(views, on=["session_id", "content_id"])
    assert (both["exposure_ts"] >= both["begins"]).all() and (both["exposure_ts"] <= both["ends"]).all()
    for name in ("mapping", "publisher"):
        assert (both[f"view_{name}"] == both[{"mapping": "mapping_id"}.get(name, name)]).all()
    assert (both["view_ip"] == both["ip_address"]).all()
    assert both.groupby(["campaign_id", "session_id"]).size().max() == 2
    own = shown[shown["channel"].isin(["search", "social"])]["publisher"]
    assert len(own) and not set(own) & set(events["publisher"])
    sessions = events.groupby("session_id").agg(
        individual_id=("individual_id", "first"), begins=("engagement_ts", "min"), ends=("ends", "max")
    )
    social = shown[shown["channel"] == "social"].merge(sessions, on="individual_id")
    online = social[(social["exposure_ts"] >= social["begins"]) & (social["exposure_ts"] <= social["ends"])]
    assert set(online["exposure_id"]) == set(shown[shown["channel"] == "social"]["exposure_id"])


def test_search_ads_answer_searches_for_what_is_wanted(busy):
    shown = frame(TABLE.name, busy.exposures).merge(frame("campaigns", busy.campaigns), on="campaign_id")
    shown = shown[shown["channel"] == "search"]
    wants = pd.concat([frame("truth_intent", people.intents) for people in busy.people])
    both = shown.merge(wants, on=["individual_id", "ad_product_category"])
    day = both["exposure_ts"].dt.tz_localize(None).dt.normalize()
    # Clocks are up to ten hours apart.
    in_market = (day >= pd.to_datetime(both["from_date"])) & (day <= pd.to_datetime(both["to_date"]))
    assert len(shown) and both[in_market]["exposure_id"].nunique() > 0.9 * len(shown)


def test_markets_differ_and_some_are_dark(busy, graph):
    plan = campaign_plan(busy.context, busy.campaigns)
    market = coded(graph["households"].market_code)
    weights = deliveries(busy.context, plan.campaign_id, market)
    share = busy.config.campaign_config.dark_market_share
    assert abs((weights == 0).mean() - share) < 4 * (share / weights.size) ** 0.5
    lit = np.log(weights[weights > 0])
    assert abs(lit.std() - busy.config.campaign_config.market_sigma) < 0.05
    home = np.searchsorted(graph["households"].household_id, busy.opportunities.household_id)
    of = np.searchsorted(plan.campaign_id, busy.opportunities.campaign_id)
    assert (weights[of, market.codes[home]] > 0).all()


def test_a_campaign_stops_at_the_midnight_before_the_day_that_would_exceed_its_share(busy):
    shares = dict(
        zip(busy.campaigns.campaign_id.tolist(), busy.campaigns.budget_per_1000_households.tolist(), strict=True)
    )
    planned = busy.planned
    planned = pd.DataFrame({name: planned[name] for name in ("exposure_id", "campaign_id", "micros", "cost_micro")})
    planned["day"] = planned["micros"] // DAY
    expected, stopped = set(), 0
    for campaign, rows in planned.groupby("campaign_id"):
        running = rows.groupby("day")["cost_micro"].sum().sort_index().cumsum()
        over = running[running > shares[campaign] * 10 * 1_000].index
        stopped += len(over) > 0
        expected |= set(rows.loc[rows["day"] < over.min(), "exposure_id"] if len(over) else rows["exposure_id"])
    assert set(busy.exposures.exposure_id.tolist()) == expected
    assert 0 < stopped < planned["campaign_id"].nunique()


def test_what_is_appended_inside_a_block_settles_its_budgets_apart(busy_config, graph):
    grown = Ads(busy_config, graph, block_starts=[601])
    config = copy.deepcopy(busy_config)
    config.household_config.num_households = 600
    before = Ads(config, graph)
    assert set(grown.stops.block) == {1, 601}
    kept = grown.exposures.where(grown.exposures.household_id <= 600)
    pd.testing.assert_frame_equal(frame(TABLE.name, kept), frame(TABLE.name, before.exposures))


def test_exposures_know_no_truth():
    assert not {"true_individual_id", "relation"} & set(TABLE.column_names)


def test_held_out_homes_see_nothing_and_have_opportunities_like_others(busy):
    held = set(zip(busy.holdouts.campaign_id.tolist(), busy.holdouts.household_id.tolist(), strict=True))
    seen = set(zip(busy.exposures.campaign_id.tolist(), busy.exposures.household_id.tolist(), strict=True))
    chances = frame("campaign_opportunities", busy.opportunities)
    reached = set(zip(chances["campaign_id"], chances["household_id"], strict=True))
    assert held and seen and not held & seen
    assert reached - held == seen
    assert held_out(busy.context, busy.holdouts.campaign_id, busy.holdouts.household_id).all()
    # A draw of its own decides who is held out, so both arms are reached alike.
    share = len(reached & held) / len(reached)
    wanted = busy.config.campaign_config.holdout_share
    assert abs(share - wanted) < 4 * (wanted * (1 - wanted) / len(reached)) ** 0.5
    first = frame(TABLE.name, busy.exposures).groupby(["campaign_id", "household_id"])["exposure_ts"].min()
    both = chances.set_index(["campaign_id", "household_id"]).join(first, how="inner")
    assert len(both) and (both["first_ts"] == both["exposure_ts"]).all()


def test_exposures_ramp_up_and_clicks_wear_out(busy):
    plan, seen = campaign_plan(busy.context, busy.campaigns), busy.exposures
    of = np.searchsorted(plan.campaign_id, seen.campaign_id)
    since, flight = seen.exposure_ts - plan.start_us[of], plan.flight_us[of]
    per_day = np.bincount(since // DAY)
    ramp = busy.config.campaign_config.ramp_up_days
    assert per_day[0] < 0.5 * per_day[ramp] and per_day[0] < per_day[1] < per_day[2]
    click = curious(busy.context, plan, seen)
    part = since / flight
    early, late = (click[seen.is_viewable & keep].mean() for keep in (part < 0.3, part > 0.7))
    assert late < 0.85 * early


@pytest.mark.parametrize("part_homes", [137, 400])
def test_parts_and_the_order_of_rows_do_not_matter(busy, graph, part_homes):
    rng = np.random.default_rng(3)
    order = {name: rng.permutation(len(rows)) for name, rows in graph.items()}
    order["truth_identity"] = order["identity_mappings"]
    # The events of a session lie side by side, as they are made.
    order["content_engagements"] = np.arange(len(graph["content_engagements"]))
    other = Ads(busy.config, {name: rows.take(order[name]) for name, rows in graph.items()}, part_homes)
    for name, mine, theirs in (
        ("campaign_exposures", busy.exposures, other.exposures),
        ("campaign_holdouts", busy.holdouts, other.holdouts),
        ("campaign_opportunities", busy.opportunities, other.opportunities),
    ):
        pd.testing.assert_frame_equal(frame(name, mine), frame(name, theirs))


def test_a_later_end_date_keeps_exposures(busy, graph):
    config = copy.deepcopy(busy.config)
    config.end_date = date(2025, 3, 5)
    end = micros(config.end_date)
    mappings, known = _cut(graph["identity_mappings"], end)
    truth = graph["truth_identity"].where(known)
    seen = graph["content_engagements"]
    cut = {"identity_mappings": mappings, "truth_identity": truth}
    early = Ads(config, {**graph, **cut, "content_engagements": seen.where(seen.engagement_ts < end)})
    before = busy.exposures.where(busy.exposures.exposure_ts < end)
    reached = busy.opportunities.where(busy.opportunities.first_ts < end)
    mine, theirs = (frame("campaign_opportunities", one) for one in (early.opportunities, reached))
    pd.testing.assert_frame_equal(mine, theirs)
    assert 0 < len(before) < len(busy.exposures)
    pd.testing.assert_frame_equal(frame(TABLE.name, early.exposures), frame(TABLE.name, before))
    flights = busy.campaigns.where(busy.campaigns.start_date * DAY < end)
    pd.testing.assert_frame_equal(frame("campaigns", early.campaigns), frame("campaigns", flights))


def _cut(mappings: Columns, end: int) -> tuple[Columns, np.ndarray]:
    """Mappings as they were when the window ended there, and which of them there were."""
    opted_out = filled(mappings.opted_out_ts, end)
    mappings = mappings.with_columns(
        last_seen_ts=np.minimum(mappings.last_seen_ts, end - 1), opted_out_ts=Nullable(opted_out, opted_out < end)
    )
    known = mappings.first_seen_ts < end
    return mappings.where(known), known


def test_without_segments_there_are_no_campaigns_and_no_exposures(config_1k, graph):
    config = copy.deepcopy(config_1k)
    config.audience_config.segments = dict.fromkeys(enabled_segments(config), False)
    nothing = Ads(config, {**graph, "audience_attributes": graph["audience_attributes"].take(np.zeros(0, np.int64))})
    assert len(nothing.campaigns) == len(nothing.exposures) == len(nothing.opportunities) == len(nothing.holdouts) == 0
    assert frame("campaigns", nothing.campaigns).empty
    assert frame(TABLE.name, nothing.exposures).empty


def test_campaigns_wait_for_their_audience():
    config = GenerationConfig(household_config=HouseholdConfig(num_households=1_000))
    rows = _campaigns(config)
    known = config.start_date + timedelta(days=config.audience_config.lookback_days)
    types = rows["target_segment_id"].map(enabled_segments(config))
    assert (types[rows["start_date"] < known] == "demographic").all()
    assert {"demographic", "interest", "behavioural", "purchase_intent"} >= set(types)
    config.audience_config.segments = {s: t != "demographic" for s, t in enabled_segments(config).items()}
    later = _campaigns(config)
    assert len(later) and (later["start_date"] >= known).all()


def test_channels_are_spread_evenly_over_campaigns():
    config = GenerationConfig(household_config=HouseholdConfig(num_households=1_000))
    config.campaign_config.campaigns_per_period = 40
    shares = _campaigns(config)["channel"].value_counts(normalize=True)
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
