"""Campaigns and exposures under configurations other than the default, and their independence."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from support.ads import Ads, frame, graph_of

from idgraph_widgets.arrays import Columns, Nullable, filled
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.config.segments import enabled_segments
from idgraph_widgets.draws import chain
from idgraph_widgets.generators.ads import campaigns, reach
from idgraph_widgets.generators.ads.advertising import IDENTIFIER, campaign_plan, held_out, worn
from idgraph_widgets.generators.ads.clicks import curious
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
    campaign.reach_share, campaign.exposures_per_week = 0.9, 6.0
    campaign.budget_per_1000_households = {"min": 5.0, "max": 60.0}
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


def test_units_by_identifier_join_the_members_that_share_it(busy, graph):
    plan = campaign_plan(busy.context, busy.campaigns)
    given = (graph[name] for name in ("households", "individuals", "identity_mappings", "audience_attributes"))
    reached = reach.reached_units(busy.context, plan, *given)
    found, shared = set(), 0
    for campaign, home, start, count in zip(
        *(reached.units[name] for name in ("campaign", "household_id", "start", "count")), strict=True
    ):
        rows = reached.rows[start : start + count]
        assert (np.diff(rows) > 0).all()  # by the start of their life: later ones are appended
        if plan.scope[campaign] == IDENTIFIER:
            identifiers = set(reached.identifiers.identifier[rows])
            assert len(identifiers) == 1 and (campaign, home, *identifiers) not in found
            found.add((campaign, home, *identifiers))
            shared += len(set(reached.identifiers.individual_id[rows])) > 1
    assert shared
    # Units of a home are numbered in the order in which their first identifier appears.
    places = pd.DataFrame({name: reached.units[name] for name in ("campaign", "household_id", "first_key")})
    places["born"] = reached.rows[reached.units.start]
    mine = places[plan.scope[places["campaign"].to_numpy()] == IDENTIFIER]
    mine = mine.sort_values(["campaign", "household_id", "first_key"])
    steps = mine.groupby(["campaign", "household_id"])["born"].diff().dropna()
    assert len(steps) and (steps > 0).all()


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
    limit = worn(busy.context, plan.click_limit[of], since, flight)
    click = curious(busy.context, chain(seen.exposure_id), seen.individual_id, seen.exposure_ts, limit)
    part = since / flight
    early, late = (click[seen.is_viewable & keep].mean() for keep in (part < 0.3, part > 0.7))
    assert late < 0.85 * early


@pytest.mark.parametrize("part_homes", [137, 400])
def test_parts_and_the_order_of_rows_do_not_matter(busy, graph, part_homes):
    rng = np.random.default_rng(3)
    order = {name: rng.permutation(len(rows)) for name, rows in graph.items()}
    order["truth_identity"] = order["identity_mappings"]
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
    early = Ads(config, {**graph, "identity_mappings": mappings, "truth_identity": truth})
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
