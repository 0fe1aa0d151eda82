"""Lift and attribution: estimates from the tables against the truth, in a dataset made to be measured."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import polars as pl
import pytest
from support.datasets import generated

from idgraph_widgets import preset
from idgraph_widgets.config.problems import ConfigError
from idgraph_widgets.generators.ads.advertising import held_out
from idgraph_widgets.generators.context import Context
from idgraph_widgets.measurement import (
    added_by_ads,
    caused_purchases,
    exposed_lift,
    fit_marketing_mix,
    holdout_lift,
    households_needed,
    market_weeks,
    placebo_lift,
    score_attribution,
    score_lift,
    true_lift,
)
from idgraph_widgets.quality import run_checks


@pytest.fixture(scope="module")
def measured(engine, tmp_path_factory):
    """The preset for measurement with 10,000 households."""
    config = preset("measurement")
    config.household_config.num_households = 10_000
    out = tmp_path_factory.mktemp("datasets") / "measured"
    with generated(engine, config, out) as dataset:
        yield dataset


@pytest.fixture(scope="module")
def complete(measured):
    """Campaigns whose flight and attribution window lie inside the window, with their estimate and truth."""
    rows = measured.sql(
        "select campaign_id from campaigns where unix_date(end_date) + attribution_window_days"
        f" <= unix_date(date'{measured.config.end_date}') order by campaign_id"
    ).collect()
    return [(holdout_lift(measured, r[0]), true_lift(measured, r[0])) for r in rows]


def test_dataset_passes_all_checks(measured):
    d = measured
    report = run_checks(d.spark, d.tables(), d.config, d.manifest)
    assert report.passed, [*report.failed, *report.off_target]


def pooled(errors):
    """Mean error in standard errors, from pairs of estimate and truth, weighted by how sure each is."""
    weighed = [
        (math.log((1 + found.lift) / (1 + truth)), (math.log((1 + found.high) / (1 + found.low)) / 3.92) ** -2)
        for found, truth in errors
    ]
    return sum(off * weight for off, weight in weighed) / sum(weight for _, weight in weighed) ** 0.5


def held(errors):
    return sum(found.low <= truth <= found.high for found, truth in errors)


def test_every_campaign_has_buyers(complete):
    """A tenth of the 1,000 purchases that 100,000 households have, in each arm together."""
    assert len(complete) >= 4
    for found, truth in complete:
        assert found.treated_purchases + found.control_purchases >= 100
        assert found.treated_purchases == truth.purchases and found.treated_people == truth.treated_people


def test_true_lift_is_below_the_dial(measured, complete):
    """Of exposed people it is below the dial, as impressions build up and fade; who is not reached dilutes it."""
    dial = measured.config.campaign_config.ad_lift
    caused = sum(t.caused for _, t in complete)
    exposed = sum(t.caused / t.lift_of_exposed for _, t in complete if t.caused)
    assert 0.05 * dial < caused / exposed < 0.5 * dial
    treated = caused / sum(t.purchases - t.caused for _, t in complete)
    assert 0.05 * caused / exposed < treated < caused / exposed


def test_holdout_tells_the_truth(complete):
    """Intervals of 95 % hold the truth in nearly all campaigns, and errors have no side."""
    errors = [(found, truth.lift) for found, truth in complete]
    assert held(errors) >= len(errors) - 2
    assert abs(pooled(errors)) < 3


def test_reachable_homes_tell_an_undiluted_lift(measured, complete):
    """Both groups are cut by who could be reached, so the comparison stays fair while the effect grows."""
    errors = []
    for diluted, truth in complete:
        found = holdout_lift(measured, diluted.campaign_id, reachable_only=True)
        own = true_lift(measured, diluted.campaign_id, reachable_only=True)
        assert own.lift > truth.lift and own.caused <= truth.caused
        assert found.control_people < diluted.control_people and found.treated_purchases == own.purchases
        errors.append((found, own.lift))
        if own.caused:
            score = score_lift(measured, diluted.campaign_id, found.lift, reachable_only=True)
            assert score.truth == own.lift
    assert held(errors) >= len(errors) - 2
    assert abs(pooled(errors)) < 3


def test_who_is_held_out_has_nothing_to_do_with_what_people_buy(measured):
    """Of many campaigns that there could be, so that no luck of the few that there are decides."""
    bought = measured.sql(
        "select individual_id div 16 as home, count(*) as n from response_events join truth_conversion"
        " using (response_id) where response_type = 'purchase' and origin <> 'created' group by 1"
    ).toPandas()
    homes = np.arange(1, measured.config.household_config.num_households + 1)
    purchases = np.zeros(len(homes))
    purchases[bought["home"] - 1] = bought["n"]
    context = Context.make(measured.config, ())
    errors = []
    for campaign in range(1, 1_001):
        held = held_out(context, np.full(len(homes), campaign), homes)
        spread = purchases.std() * math.sqrt(1 / held.sum() + 1 / (~held).sum())
        errors.append((purchases[~held].mean() - purchases[held].mean()) / spread)
    assert abs(np.mean(errors)) < 4 / math.sqrt(len(errors)) and 0.9 < np.std(errors) < 1.1


def test_before_the_flight_there_is_nothing_to_find(measured, complete):
    errors = [(placebo_lift(measured, found.campaign_id), 0.0) for found, _ in complete]
    assert held(errors) >= len(errors) - 2
    assert abs(pooled(errors)) < 4  # standard errors that chance does not exceed, as for statistics
    for (before, _), (found, _) in zip(errors, complete):
        assert (before.treated_people, before.control_people) == (found.treated_people, found.control_people)
        assert before.treated_purchases != found.treated_purchases


def test_exposed_against_unexposed_overstates(measured, complete):
    """Who is online more sees more and shops more: it finds more than what ads created among the exposed."""
    errors = []
    for estimate, truth in complete:
        found = exposed_lift(measured, estimate.campaign_id)
        assert found.treated_people + found.control_people == estimate.treated_people
        assert found.treated_purchases + found.control_purchases == estimate.treated_purchases
        errors.append((found, truth.caused / (found.treated_purchases - truth.caused)))
    assert pooled(errors) > 0


def test_as_many_households_are_needed_as_the_intervals_took(measured, complete):
    homes = measured.config.household_config.num_households
    for found, _ in complete:
        purchases = found.treated_purchases + found.control_purchases
        share = found.control_people / (found.control_people + found.treated_people)
        half = (found.high - found.low) / 2
        assert 0.5 < households_needed(purchases / homes, half, share, found.lift) / homes < 2.5


def test_market_weeks_add_up(measured):
    weeks = market_weeks(measured)
    markets = weeks.market_code.nunique()
    assert len(weeks) == weeks.advertiser_id.nunique() * markets * weeks.week.nunique()
    assert (
        weeks.purchases.sum()
        == measured.sql(
            "select count(*) from response_events where response_type = 'purchase'"
            " and advertiser_id in (select advertiser_id from campaigns)"
        ).collect()[0][0]
    )
    viewable = measured.campaign_exposures.filter("is_viewable").count()
    assert weeks.impressions.sum() == viewable < weeks.adstock.sum()
    # An impression counts on its own day and half a week later, and less in all than if it lasted for ever.
    assert weeks.adstock.sum() < viewable / (1 - 2 ** (-1 / 7))
    none = weeks.groupby(["advertiser_id", "market_code"]).adstock.transform("sum") == 0
    assert none.any(), "no market is dark"


def test_marketing_mix_is_not_far_off(measured):
    """At 10,000 households it says little: within four standard errors."""
    found, truth = fit_marketing_mix(market_weeks(measured)), added_by_ads(measured)
    assert truth == sum(caused_purchases(measured).values())
    assert abs(found.purchases - truth) < 4 * (found.high - found.low) / 2 / 1.645


def test_score_lift(measured, complete):
    found, truth = complete[0]
    score = score_lift(measured, found.campaign_id, found.lift, (found.low, found.high))
    assert score.truth == truth.lift and score.error == pytest.approx(found.lift - truth.lift)
    assert score.covered == (found.low <= truth.lift <= found.high)
    assert score_lift(measured, found.campaign_id, truth.lift).covered is None
    assert not score_lift(measured, found.campaign_id, 9.0, (8.0, 10.0)).covered
    assert score.to_dict()["estimate"] == found.lift


def test_attribution_credits_more_than_ads_caused(measured):
    caused = caused_purchases(measured)
    total = sum(caused.values())
    expected = measured.sql("select count(*) from truth_conversion where causing_exposure_id is not null").collect()[0][
        0
    ]
    assert total == expected > 0
    for model in ("last_touch", "first_touch", "linear", "time_decay", "position_based"):
        score = score_attribution(measured, model)
        assert score.caused == total and score.ratio > 1.2
        assert 0 <= score.share_error < 1
    right = score_attribution(measured, caused)
    assert right.ratio == 1 and right.mean_error == 0 and right.share_error == 0
    frame = measured.outcome_metrics.filter("attribution_model = 'linear'")
    linear = score_attribution(measured, "linear")
    assert score_attribution(measured, frame).credited == pytest.approx(linear.credited)
    assert score_attribution(measured, frame.toPandas()).rows == linear.rows
    arrow = frame.toArrow()
    for table in (arrow, pl.from_arrow(arrow), duckdb.from_arrow(arrow)):
        assert score_attribution(measured, table).rows == linear.rows
    assert list(linear.to_pandas().columns) == ["campaign_id", "credited", "caused"]


def test_errors_are_for_people(measured, complete):
    known = complete[0][0].campaign_id
    with pytest.raises(ConfigError, match="campaign_id: found 987654"):
        holdout_lift(measured, 987654)
    with pytest.raises(ConfigError, match="interval of two"):
        score_lift(measured, known, 0.1, (0.0,))
    with pytest.raises(ConfigError, match="finite number"):
        score_lift(measured, known, float("nan"))
    with pytest.raises(ConfigError, match="outcome_metrics has first_touch"):
        score_attribution(measured, "magic")
    with pytest.raises(ConfigError, match="does not have"):
        score_attribution(measured, {987654: 1.0})
    with pytest.raises(ConfigError, match="attributed_conversions"):
        score_attribution(measured, measured.campaigns)
    with pytest.raises(ConfigError, match="credit: found a list; allowed is a table of pandas, polars"):
        score_attribution(measured, [(known, 1.0)])
    with pytest.raises(ConfigError, match="truth_conversion"):
        true_lift({"campaigns": measured.campaigns, "campaign_exposures": measured.campaign_exposures}, known)
    nobody = {**measured.tables(), "campaign_holdouts": measured.campaign_holdouts.limit(0)}
    with pytest.raises(ConfigError, match="nobody was held out"):
        holdout_lift(nobody, known)
