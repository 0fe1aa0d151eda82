"""What settings promise at their ends: rules that refuse what cannot be reached, and models that reach it."""

from __future__ import annotations

import json
from datetime import date
from statistics import NormalDist

import numpy as np
import pytest

from idgraph_widgets.config import ConfigError, GenerationConfig
from idgraph_widgets.config.session_model import act_chance, most_clicks, session_lengths
from idgraph_widgets.generators import addresses, block, device_addresses, devices, habits
from idgraph_widgets.generators.context import Context
from idgraph_widgets.generators.engagement import hours, mix, sessions, taste
from idgraph_widgets.quality.all_statistics import statistics
from idgraph_widgets.quality.checks import Context as CheckContext
from idgraph_widgets.quality.concentration import busiest_tenth, popular_tenth
from idgraph_widgets.quality.report import CheckReport
from idgraph_widgets.quality.statistics import Judgement, NotJudged, StatisticResult, compare_rate
from idgraph_widgets.report.sections_quality import checks as report_section
from idgraph_widgets.report.subject import Subject

pytestmark = pytest.mark.quick


def config_with(part: str = "", **values) -> GenerationConfig:
    config = GenerationConfig()
    target = config
    for name in filter(None, part.split(".")):
        target = getattr(target, name)
    for name, value in values.items():
        setattr(target, name, value)
    return config


IDENTITY = "demographics_config.identity_mappings"


def judged(config: GenerationConfig, name: str, rows: list[dict]):
    _, found = statistics(CheckContext(config))
    return next(check for check in found if check.id == f"statistics.{name}").judge(rows)


# --- what cannot be reached is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "values", "said"),
    [
        ("engagement_config", {"events_per_session": 1.0}, "because each follows a view in its session"),
        ("engagement_config", {"click_share": 0.25, "share_share": 0.25}, "together at most 0.255"),
        (
            "engagement_config",
            {"events_per_person_day": 8.0, "events_per_session": 1.0, "click_share": 0.0, "share_share": 0.0},
            "at most 2.85 with so few events per session",
        ),
        ("engagement_config", {"events_per_session": 4.5}, "Lower it to at most 4"),
    ],
)
def test_what_sessions_have_no_room_for_is_refused(part, values, said):
    with pytest.raises(ConfigError, match=said):
        config_with(part, **values).check()


@pytest.mark.parametrize("name", ["home_ip_rotation_days", "safari_cookie_days"])
def test_more_renewals_than_keys_can_number_are_refused(name):
    config = config_with(IDENTITY, **{name: 1.0})
    assert config.validate() == []
    config.end_date = date(2026, 12, 31)
    with pytest.raises(ConfigError, match=f"{name}: found 1 days in a window of 729"):
        config.check()


# --- what is promised is reached ------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [1.2, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("part", [0.1, 0.5, 1.0])
def test_clicks_are_the_share_that_was_asked_for(mean, part):
    """As sessions are drawn: none first, none directly after another draw."""
    wanted, lengths, rng = most_clicks(mean) * part, session_lengths(mean), np.random.default_rng(5)
    chance = act_chance(mean, wanted)
    length = rng.choice(list(lengths), p=np.array(list(lengths.values())) / sum(lengths.values()), size=100_000)
    drawn = rng.random((len(length), 8)) < chance
    drawn[:, 0] = False
    acts = drawn.copy()
    acts[:, 2:] &= ~drawn[:, 1:-1]
    there = np.arange(8) < length[:, None]
    assert (acts & there).sum() / there.sum() == pytest.approx(wanted, rel=0.03)


@pytest.mark.parametrize(("mean", "sigma"), [(0.45, 1.2), (15.0, 1.2), (20.0, 2.5), (5.0, 0.0)])
def test_sessions_keep_their_mean_though_nobody_has_more_than_thirty(mean, sigma):
    multipliers = sorted(np.exp(sigma * np.random.default_rng(1).standard_normal(256)).tolist())
    found = sessions._means(multipliers, mean)
    assert sum(found) / len(found) == pytest.approx(mean) and max(found) <= sessions.SESSION_LIMIT
    assert found == sorted(found)


def test_an_hour_that_has_all_weight_keeps_it():
    config = config_with("engagement_config", tv_hour_weights=tuple(float(hour == 23) for hour in range(24)))
    lottery = hours.prepare(config).hour
    for group in range(8):
        winners = lottery.draw(np.arange(lottery.tickets), np.full(lottery.tickets, group * 3 + habits.TV))
        assert set(winners.tolist()) == {23}


@pytest.mark.parametrize("ages", [(0, 100), (18, 24)])
def test_hours_over_all_people_are_as_configured_however_jagged(ages):
    curve = np.random.default_rng(6).integers(0, 20, 24) + 0.0
    config = config_with("engagement_config", mobile_hour_weights=tuple((curve / curve.sum()).tolist()))
    config.demographics_config.age_range = ages
    lottery, weights = hours.prepare(config).hour, mix.shares(config).sum(axis=2)[:, :, 0].ravel()
    found = np.zeros(24)
    for group, weight in enumerate(weights / weights.sum()):
        winners = lottery.draw(np.arange(lottery.tickets), np.full(lottery.tickets, group * 3))
        found += weight * np.bincount(winners, minlength=24) / lottery.tickets
    assert np.abs(found - curve / curve.sum()).sum() / 2 < 0.01


def test_a_home_never_has_an_address_twice_nor_anybody_elses():
    config = config_with(IDENTITY, home_ip_rotation_days=1.4)
    config.end_date = date(2026, 12, 31)
    context = Context.make(config, (addresses.prepare,))
    homes = np.array([1, 2, 9_999_999, 10_000_000])
    household, lease = np.repeat(homes, 1_000), np.tile(np.arange(1_000), len(homes))
    found = addresses.home_ip(context, household, lease).to_pylist()
    assert len(set(found)) == len(found)
    by_lease = list(zip(lease.tolist(), found))
    assert all(ip.startswith(("24", "25")) for n, ip in by_lease if n < addresses.IPV4_LEASES)
    assert all(ip.startswith("2001:db8:") for n, ip in by_lease if n >= addresses.IPV4_LEASES)


def test_addresses_of_events_are_those_of_the_graph():
    config = config_with(IDENTITY, home_ip_rotation_days=1.0)
    context = Context.make(config, (addresses.prepare,))
    household = np.repeat(np.arange(101, 111), 90)
    micros = context.start + np.tile(np.arange(90), 10) * 86_400_000_000
    ips, place = device_addresses.ips_of_homes(context, household, micros)
    lease = addresses.home_addresses(context, household).at(micros)
    assert ips.take(place).to_pylist() == addresses.home_ip(context, household, lease).to_pylist()
    assert lease.max() > addresses.IPV4_LEASES


@pytest.mark.parametrize("share", [0.0, 0.5, 0.97, 0.99, 1.0])
def test_as_many_own_smartphones_as_configured_whatever_incomes_do(share):
    config = config_with(
        IDENTITY, smartphone_ownership=dict.fromkeys(("13-17", "18-29", "30-49", "50-64", "65+"), share)
    )
    poor = config.household_config.income_brackets["<30K"]
    below, above = devices.prepare(config).phone_shares[:, 0] / 10_000
    assert poor * below + (1 - poor) * above == pytest.approx(share, abs=1e-4) and below <= above <= 1


def test_taste_is_weighed_by_the_people_and_devices_there_are():
    plain = mix.shares(GenerationConfig())
    assert plain.sum(axis=(0, 1, 2)) == pytest.approx([0.504, 0.124, 0.372], abs=1e-3)
    nearly = config_with(IDENTITY, typo_share=0.04 + 1e-9)
    assert np.abs(mix.shares(nearly) - plain).sum() / 2 < 0.05
    config = config_with(IDENTITY, ctv_home_share=0.0)
    config.demographics_config.gender_distribution = {"female": 1.0}
    config.demographics_config.age_range = (18, 24)
    found = mix.shares(config)
    assert found.sum() == pytest.approx(1) and (found > 0).all()
    assert found[:, 0, 0, :2].sum() > 0.999
    longer = GenerationConfig.from_dict(config.to_dict())
    longer.end_date, longer.household_config.num_households = date(2026, 1, 1), 50_000
    assert (mix.shares(longer) == found).all()


# --- what is judged, and what is not --------------------------------------------------------------------------


def test_the_busiest_tenth_by_spread_and_chance():
    rng = np.random.default_rng(3)
    for sigma, mean, most in ((0.0, 20.0, np.inf), (1.2, 6.0, np.inf), (1.2, 60.0, 3.0), (2.0, 1.0, np.inf)):
        # Classes of activity, as in sessions: the very busiest of a lognormal distribution are none of them.
        classes = np.exp(sigma * np.array([NormalDist().inv_cdf((q + 0.5) / 256) for q in range(256)]))
        rate = rng.choice(classes / classes.mean(), 200_000)
        for _ in range(50):
            rate = np.minimum(rate / rate.mean(), most)
        begun = rng.poisson(mean * rate / 3)
        events = np.sort((rng.negative_binomial(np.maximum(begun, 1), 1 / 3) + begun) * (begun > 0))[::-1]
        seen = events[events > 0]
        found = busiest_tenth({7: 1_000, 0: 50}, mean, sigma, 3.0, most)
        assert found == pytest.approx(seen[: len(seen) // 10].sum() / seen.sum(), rel=0.12), sigma


@pytest.mark.parametrize(("exponent", "views"), [(0.0, 20), (0.0, 200), (0.9, 20), (2.0, 50)])
def test_the_most_popular_tenth_by_concentration_and_chance(exponent, views):
    share = np.arange(1, 201.0) ** -exponent
    counts = np.sort(np.random.default_rng(4).multinomial(200 * views, share / share.sum()))[::-1]
    assert popular_tenth(200, 200 * views, exponent) == pytest.approx(counts[:20].sum() / counts.sum(), rel=0.06)


def test_every_item_of_a_large_catalog_can_be_met():
    config = config_with("engagement_config", catalog_size=20_000, popularity_exponent=0.0)
    lottery = taste.prepare(config).content
    assert len(np.unique(lottery.winners)) >= 19_900


def test_live_broadcasts_bring_their_share_of_live_content():
    config = config_with("engagement_config", live_event_share=0.15)
    assert taste._chosen_types(config.engagement_config)["live"] == pytest.approx(0.06 - 0.05)
    with pytest.raises(ConfigError, match=r"at most 0\.18 then"):
        config_with("engagement_config", live_event_share=0.2).check()


def test_weekdays_count_as_often_as_they_are_in_the_window():
    config = GenerationConfig(start_date=date(2025, 3, 1), end_date=date(2025, 4, 1))
    rows = [{"kind": "tv", "hour": 20, "weekday": day, "n": 0, "begun": 0} for day in range(7)]
    for day in range(31):
        weekday = date(2025, 3, 1 + day).weekday()
        rows[weekday]["begun"] += 10_000 * config.engagement_config.weekday_weights[weekday]
    assert judged(config, "weekdays", rows).distance < 1e-9
    config.end_date = date(2025, 3, 20)
    assert "fewer than 28 days" in judged(config, "weekdays", rows).reason


def test_clicks_are_expected_where_in_a_flight_the_impressions_are():
    config = GenerationConfig()
    early = {"channel": "social", "flight": 20, "day": 0, "n": 100_000, "viewable": 0, "complete": 0, "clicks": 0}
    # The most likely clickers reach a chance of 1 on the first day.
    assert judged(config, "clicks_social", [early]).target == pytest.approx(0.015 * (1 + 0.5 * (0.5 - 0.025)), rel=0.01)
    assert "there is nothing to count" in judged(config, "clicks_social", []).reason


def test_couples_share_mailboxes_and_there_may_be_none():
    rows = [{"adults": 1, "n": 1_000, "coupled": 0, "shared": 0}]
    assert "none is expected" in judged(GenerationConfig(), "shared_emails", rows).reason
    rows = [{"adults": 1, "n": 100_000, "coupled": 55_000, "shared": 3_000}]
    assert judged(GenerationConfig(), "shared_emails", rows).distance == pytest.approx(0)


def test_a_band_without_smartphones_is_no_reason_to_crash():
    owned = {"13-17": 1.0, "18-29": 0.0, "30-49": 0.0, "50-64": 0.0, "65+": 0.8}
    config = config_with(IDENTITY, smartphone_ownership=owned)
    rows = [
        {"age": 40, "low_income": False, "n": 500, "seen": 0},
        {"age": 70, "low_income": False, "n": 50, "seen": 20},
    ]
    assert "with a smartphone" in judged(config, "phones_by_age", rows).reason


def test_what_should_not_be_there_is_off_target():
    assert compare_rate(0, 1_000, 0.0) == NotJudged("none is expected, and none is there")
    found = compare_rate(3, 1_000, 0.0)
    assert isinstance(found, Judgement) and found.distance > found.tolerance


def test_not_judged_is_a_result_of_its_own():
    unjudged = StatisticResult("statistics.x", "A is B.", "configuration", reason="nobody is there")
    fine = StatisticResult("statistics.y", "C is D.", "configuration", 0.5, 0.5, 0.0, 0.1, 10, "relative")
    report = CheckReport(statistics=[unjudged, fine])
    assert unjudged.passed is None and report.passed and report.not_judged == [unjudged] and not report.off_target
    assert report.verdict.startswith("1 statistic is on target, 1 was not judged")
    assert "statistics.x  not judged, because nobody is there" in report.to_text()
    assert unjudged.explained == "A is B. Not judged, because nobody is there."
    document = json.loads(json.dumps(report.to_dict()))
    assert document["not_judged"] == ["statistics.x"] and document["statistics"][0]["reason"] == "nobody is there"
    assert document["statistics"][0]["passed"] is None and CheckReport.from_dict(document) == report
    assert "1 not judged" in report._repr_html_() and "nobody is there" in report._repr_html_()
    blocks = report_section(Subject(None, report))
    rows = next(block.rows for block in blocks if getattr(block, "title", "") == "2 statistics")
    assert [row[0] for row in rows] == ["– not judged", "✓ on target"] and rows[0][3:7] == ("", "", "", "")
    assert "Because nobody is there." in rows[0][2]


def test_the_smallest_number_is_no_reason_to_crash():
    config = config_with(IDENTITY, opt_out_per_90_days=5e-324)
    config.campaign_config.viewability = dict.fromkeys(config.campaign_config.viewability, 5e-324)
    config.campaign_config.click_through_rates = dict.fromkeys(config.campaign_config.click_through_rates, 5e-324)
    context = Context.make(config, block.PREPARE)
    assert {made.table for made in block.block_tables(context, 1, 30)} >= {"campaign_exposures", "identity_mappings"}
