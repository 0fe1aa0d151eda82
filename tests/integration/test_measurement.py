"""Lift and attribution: estimates from the tables against the truth, in a dataset made to be measured."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from idgraph_widgets import preset
from idgraph_widgets.config.problems import ConfigError
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.measurement import caused_purchases, holdout_lift, score_attribution, score_lift, true_lift
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality import run_checks


@pytest.fixture(scope="module")
def measured(spark, engine, tmp_path_factory):
    """The preset for measurement with 10 000 households."""
    config = preset("measurement")
    config.household_config.num_households = 10_000
    out = tmp_path_factory.mktemp("datasets") / "measured"
    run_pipeline(spark, config, out, engine=(engine.name, engine.version))
    with Dataset(out, spark) as dataset:
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


def test_every_campaign_has_buyers(complete):
    """A tenth of the 1 000 purchases that 100 000 households have, in each arm together."""
    assert len(complete) >= 4
    for found, truth in complete:
        assert found.treated_purchases + found.held_out_purchases >= 100
        assert found.treated_purchases == truth.purchases and found.treated_people == truth.treated_people


def test_true_lift_is_below_the_dial(measured, complete):
    """Of exposed people it is below the dial, as impressions fade; who is not reached dilutes it further."""
    dial = measured.config.campaign_config.ad_lift
    caused = sum(t.caused for _, t in complete)
    exposed = sum(t.caused / t.lift_of_exposed for _, t in complete if t.caused)
    assert 0.3 * dial < caused / exposed < dial
    treated = caused / sum(t.purchases - t.caused for _, t in complete)
    # Ads are seen in sessions: most people have none in a flight, or live where the campaign does not run.
    assert 0.1 * caused / exposed < treated < caused / exposed


def test_holdout_tells_the_truth(complete):
    """Intervals of 95 % hold the truth in nearly all campaigns, and errors have no side."""
    covered = [found.low <= truth.lift <= found.high for found, truth in complete]
    assert sum(covered) >= len(covered) - 2
    weight = [found.held_out_purchases for found, _ in complete]
    mean = sum(w * (f.lift - t.lift) for w, (f, t) in zip(weight, complete)) / sum(weight)
    chance = 4 / sum(weight) ** 0.5 * 1.5
    assert abs(mean) < chance


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
        assert score.caused == total and score.ratio > 1.5
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
