"""Measures of campaigns, lift and journeys against the same figures computed with pandas from the tables themselves."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from idgraph_widgets.errors import StorageError
from idgraph_widgets.measurement import score_attribution
from idgraph_widgets.report import measures
from idgraph_widgets.report.measures.lift import COMPARISONS
from idgraph_widgets.report.sections import campaigns_section
from idgraph_widgets.report.subject import Subject


def test_reach_and_frequency(dataset_1k, frames):
    shown = frames["campaign_exposures"].merge(
        frames["identity_mappings"][["mapping_id", "identifier_type", "identifier_value"]], on="mapping_id"
    )
    units = {
        "person": ["individual_id"],
        "household": ["household_id"],
        "device": ["device_id"],
        "identifier": ["household_id", "identifier_type", "identifier_value"],
    }
    counts, reach = measures.reach_frequency(dataset_1k), measures.reach(dataset_1k).set_index("scope")
    for scope, names in units.items():
        seen = shown.groupby(["campaign_id", *names]).size()
        part = counts[counts.scope == scope].set_index("frequency")
        assert part.reached.to_dict() == seen.clip(upper=20).value_counts().to_dict(), scope
        assert reach.impressions[scope] == seen.sum()
    outcomes = frames["outcome_metrics"].query("attribution_model == 'linear'")
    assert reach.reached["person"] == outcomes.reach.sum()
    assert reach.reached["household"] == outcomes.household_reach.sum()
    assert reach.reached["identifier"] == outcomes.identifier_reach.sum()


def test_funnel_attribution_and_days(dataset_1k, frames):
    responses, outcomes = frames["response_events"], frames["outcome_metrics"]
    funnel = measures.funnel(dataset_1k).set_index("stage")
    carried = responses[responses.conversion_path != "organic"].response_type.value_counts()
    assert funnel.campaigns["impressions"] == len(frames["campaign_exposures"])
    assert funnel.campaigns["click"] == carried["click"]
    assert (
        funnel.organic["site_visit"]
        == ((responses.response_type == "site_visit") & (responses.conversion_path == "organic")).sum()
    )
    assert funnel["share"]["click"] == pytest.approx(carried["click"] / len(frames["campaign_exposures"]))
    by_channel = sum(
        measures.funnel(dataset_1k, channel).campaigns[0] for channel in frames["campaigns"].channel.unique()
    )
    assert by_channel == len(frames["campaign_exposures"])
    credit = measures.attribution(dataset_1k).groupby("attribution_model").attributed_conversions.sum()
    expected = outcomes.groupby("attribution_model").attributed_conversions.sum().astype(float)
    assert credit.to_dict() == pytest.approx(expected.to_dict())
    assert measures.daily(dataset_1k).impressions.sum() == len(frames["campaign_exposures"])
    assert len(measures.campaign_results(dataset_1k)) == len(frames["campaigns"])


def test_treated_against_holdout(dataset_1k, frames):
    arms = measures.arms(dataset_1k)
    campaigns = frames["campaigns"]
    target = campaigns[["campaign_id", "target_segment_id"]].rename(columns={"target_segment_id": "segment_id"})
    eligible = frames["audience_attributes"].merge(target, on="segment_id")
    eligible = eligible.assign(household_id=eligible.individual_id // 16)[["campaign_id", "household_id"]]
    eligible = eligible.drop_duplicates()
    held = frames["campaign_holdouts"].assign(is_held=True)
    eligible = eligible.merge(held, on=["campaign_id", "household_id"], how="left")
    assert arms[arms.is_held].households.sum() == len(held)
    assert arms.households.sum() == len(eligible)

    one = campaigns.iloc[int(np.argmax(campaigns.channel == "search"))]
    responses = frames["response_events"]
    day = responses.response_ts.dt.date
    until = one.end_date + dt.timedelta(days=int(one.attribution_window_days))
    own = responses[(responses.advertiser_id == one.advertiser_id) & (day >= one.start_date) & (day < until)]
    visitors = set(own[own.response_type == "site_visit"].individual_id // 16)
    mine = eligible[eligible.campaign_id == one.campaign_id]
    treated = mine[mine.is_held.isna()]
    row = arms[(arms.campaign_id == one.campaign_id) & ~arms.is_held.astype(bool)].iloc[0]
    assert row.site_visit == treated.household_id.isin(visitors).sum()

    pooled = measures.treated_against_holdout(dataset_1k).set_index("outcome")
    assert pooled.treated["purchase"] == arms[~arms.is_held.astype(bool)].households.sum()
    assert (pooled.low < pooled.difference).all() and (pooled.difference < pooled.high).all()
    by_channel = measures.treated_against_holdout(dataset_1k, "channel")
    assert set(by_channel.group) == set(campaigns.channel)


def test_exposed_and_reached_are_compared_with_those_who_were_not(dataset_1k, frames):
    found = measures.comparisons(dataset_1k).set_index("group")
    treated, reached, exposed = (found.loc[name] for name in COMPARISONS.values())
    pooled = measures.treated_against_holdout(dataset_1k).set_index("outcome").loc["purchase"]
    assert treated.difference == pooled.difference and treated.held_out == len(frames["campaign_holdouts"])
    opportunities = frames["campaign_opportunities"].merge(
        frames["campaign_holdouts"], on=["campaign_id", "household_id"], how="left", indicator=True
    )
    assert reached.held_out == (opportunities._merge == "both").sum()
    assert reached.treated == (opportunities._merge == "left_only").sum()
    assert exposed.treated + exposed.held_out == treated.treated
    assert 0 < exposed.treated <= frames["campaign_exposures"].groupby(["campaign_id", "household_id"]).ngroups
    created = frames["truth_conversion"].causing_exposure_id.notna().sum()
    assert treated.truth * treated.treated <= created + 1e-9


def test_returns_say_what_they_take(dataset_1k, frames):
    found = measures.returns(dataset_1k).set_index("campaign_id")
    touch = frames["outcome_metrics"].query("attribution_model == 'last_touch'").set_index("campaign_id")
    assert found.conversions.to_dict() == touch.conversions.to_dict()
    bought = found[found.conversions > 0]
    assert len(bought) and np.allclose(bought.roas, bought.revenue.astype(float) / bought.spend.astype(float))
    assert (bought.low < bought.roas).all() and (bought.roas < bought.high).all()
    assert found[found.conversions == 0].roas.isna().all() and (found.needed > 61).all()


def test_a_small_report_says_how_many_households_its_figures_take(dataset_1k):
    blocks = {block.key: block for block in campaigns_section(Subject(dataset_1k))}
    facts = dict(blocks["needs"].facts)
    assert all(
        facts[name].startswith("too few: it takes")
        for name in ("lift of all campaigns together", "lift of one campaign")
    )
    assert "exposed, against not exposed" in blocks["comparisons"].text and "misleads" in blocks["comparisons"].note
    cells = [row[blocks["returns"].columns.index("return on ad spend")] for row in blocks["returns"].rows]
    assert len(cells) == 36 and set(cells) == {"too few purchases", "nothing bought"}


def test_journey(dataset_1k, frames, links):
    person = int(measures.notable_people(dataset_1k).individual_id[0])
    journey = measures.person_journey(dataset_1k, person)
    assert len(journey.lanes) == (links.individual_id == person).sum()
    kinds = journey.events.kind.value_counts()
    for kind, table in (
        ("engagement", "content_engagements"),
        ("exposure", "campaign_exposures"),
        ("response", "response_events"),
    ):
        assert kinds.get(kind, 0) == (frames[table].individual_id == person).sum()
    with pytest.raises(StorageError, match="household number x 16"):
        measures.person_journey(dataset_1k, 3)


def test_ads_before_purchases_are_those_that_attribution_credits(dataset_1k, frames):
    responses, truth = frames["response_events"], frames["truth_conversion"]
    bought = responses[(responses.response_type == "purchase") & (responses.conversion_path != "organic")]
    assert len(bought)
    ads = pd.concat([measures.person_ads(dataset_1k, person) for person in bought.individual_id.unique()])
    assert set(ads.response_id) == set(bought.response_id)
    outcomes = frames["outcome_metrics"]
    linear = outcomes[(outcomes.attribution_model == "linear") & (outcomes.attributed_conversions.astype(float) > 0)]
    assert set(ads.campaign_id) == set(linear.campaign_id)
    caused = truth[truth.causing_exposure_id.notna()]
    assert set(ads[ads.caused].exposure_id) == set(caused.causing_exposure_id)


def test_attribution_scores_are_those_of_measurement(dataset_1k):
    scores = measures.attribution_scores(dataset_1k).set_index("attribution_model")
    assert len(scores) == 5 and len(set(scores.caused)) == 1
    linear = score_attribution(dataset_1k, "linear")
    assert (scores.ratio["linear"], scores.share_error["linear"]) == (linear.ratio, linear.share_error)
