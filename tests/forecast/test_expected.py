"""Expected distributions: pure functions of the configuration, held against theory and against real rows."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import numpy as np
import pytest

from idgraph_widgets.charts.svg import to_svg
from idgraph_widgets.config import GenerationConfig, preset
from idgraph_widgets.forecast import engagement, estimate, identifiers_per_household
from idgraph_widgets.forecast.activity import categories_with
from idgraph_widgets.forecast.engagement import at_least, interests
from idgraph_widgets.forecast.funnel import funnel
from idgraph_widgets.forecast.identity import confidence
from idgraph_widgets.forecast.purchases import expected_purchases
from idgraph_widgets.forecast.pyramid import pyramid
from idgraph_widgets.measurement.sample_size import households_for_lift
from idgraph_widgets.studio.expected import cards, households
from idgraph_widgets.studio.expected.campaigns import flights
from idgraph_widgets.studio.expected.example import example_household
from idgraph_widgets.studio.expected.wants import journey
from idgraph_widgets.studio.paths import FORM_STEPS
from idgraph_widgets.studio.session import WizardStep

EVERY = [pytest.param(step, card, id=card.key) for step in FORM_STEPS for card in cards(step)]


@pytest.mark.parametrize(("step", "card"), EVERY)
def test_every_plot_is_small_plain_json_with_a_sentence(step, card):
    plot = card.draw(GenerationConfig(), {})
    assert len(json.dumps(plot.figure, allow_nan=False)) < 12_000
    assert plot.text.endswith(".") and len(plot.text) > 20


@pytest.mark.parametrize(("step", "card"), EVERY)
def test_every_plot_has_the_same_as_svg(step, card):
    plot = card.draw(GenerationConfig(), {})
    root = ET.fromstring(to_svg(plot.figure, 700, card.height, plot.text))
    marks = [e for e in root.iter() if e.tag.rpartition("}")[2] in ("rect", "path", "circle")]
    points = sum(len(t.get("x", ())) for t in plot.figure["data"] if t["type"] == "bar")
    assert root.get("aria-label") == plot.text and len(marks) >= max(3, points)
    assert not re.search(r"\bnan\b", ET.tostring(root, encoding="unicode"))


def test_every_tab_with_fields_has_plots():
    assert all(cards(step) for step in FORM_STEPS) and cards(WizardStep.RUN) == ()


def test_a_plot_depends_on_what_it_reads():
    sizes = cards(WizardStep.HOUSEHOLDS)[0]
    assert sizes.depends_on({"household_config.size_distribution.mean"}) and sizes.depends_on({"*"})
    assert not sizes.depends_on({"household_config.num_households"})


def test_pyramid_keeps_the_configured_ages_and_shares():
    config = GenerationConfig()
    config.demographics_config.age_range = (18, 47)
    labels, women, men = pyramid(config)
    assert labels[0] == "18–19" and labels[-1] == "45–47"
    assert women.sum() == pytest.approx(0.499) and men.sum() == pytest.approx(0.489)


def test_activity_tail_has_the_configured_mean():
    tail = engagement.at_least(5.0, 0.8)
    assert tail[0] == 1 and np.all(np.diff(tail) <= 1e-12)
    assert tail[1:].sum() == pytest.approx(5.0, rel=0.01)


@pytest.mark.parametrize("name", ["tiny", "measurement"])
@pytest.mark.parametrize(("days", "least"), [(90, 1), (90, 3), (30, 3), (7, 1)])
def test_counts_of_rows_and_curves_are_of_one_law(name, days, least):
    config = preset(name)
    cfg = config.engagement_config
    curves = [
        at_least(cfg.events_per_person_day * days * share, cfg.activity_sigma)
        for share in cfg.category_weights.values()
    ]
    wanted = sum(curve[least] for curve in curves)
    assert categories_with(config, days, least) == pytest.approx(wanted, rel=0.03)


def test_equal_activity_is_a_poisson_distribution():
    tail = engagement.at_least(3.0, 0.0)
    assert tail[1] == pytest.approx(1 - math.exp(-3)) and tail[2] == pytest.approx(1 - 4 * math.exp(-3))


def test_rhythm_and_popularity_share_out_everything():
    config = GenerationConfig()
    assert engagement.rhythm(config).sum() == pytest.approx(1)
    shares = engagement.popularity(config)
    assert shares.sum() == pytest.approx(1) and abs(len(shares) - 3000) < 70
    config.engagement_config.popularity_exponent = 2.0
    assert engagement.popularity(config)[0] > shares[0]


def test_more_engagements_ask_more_of_an_interest():
    config = GenerationConfig()
    before = interests(config)
    config.audience_config.interest_min_events = 6
    assert all(interests(config)[name] < share for name, share in before.items())


def test_identifiers_add_up_to_the_estimate():
    config = GenerationConfig()
    rows = estimate(config).tables["identity_mappings"].rows / 10_000
    assert sum(identifiers_per_household(config).values()) == pytest.approx(rows, abs=1e-4)


def test_confidence_is_a_density():
    grid, density = confidence(GenerationConfig(), points=400)
    assert sum(density) / len(grid) == pytest.approx(1, abs=1e-3)


def test_the_example_household_follows_its_dials():
    config = GenerationConfig()
    graph = config.demographics_config.identity_mappings
    graph.ctv_home_share, graph.shared_desktop_share, graph.shared_tablet_share = 0.0, 1.0, 0.0
    names = [node.name for node in example_household(config).walk()]
    assert "Computer" in names and "Tablet" not in names and not any("TV" in name for name in names)
    lines = [(node.x, node.y) for node in example_household(config).walk()]
    assert len(set(lines)) == len(lines)  # nothing lies on anything else


def test_the_funnel_narrows_to_clicks_and_from_visits():
    """Visits come without a click, too."""
    counts = list(funnel(GenerationConfig()).values())
    for part in (counts[:3], counts[3:]):
        assert part == sorted(part, reverse=True) and part[-1] > 0


def _with(**dials):
    config = GenerationConfig()
    for name, value in dials.items():
        setattr(config.campaign_config, name, value)
    return config


def test_the_example_person_is_the_same_and_follows_the_dials():
    usual = journey(GenerationConfig())
    assert usual.spells and usual.visits and usual.purchases
    assert all(0 <= start < end <= 90 for _, start, end, _ in usual.spells)
    assert journey(_with(intents_at_a_time=0.0)).spells == []
    assert len(journey(_with(intents_at_a_time=2.0)).spells) > len(usual.spells)
    strong = journey(_with(ad_lift=5.0, visit_to_cart=0.9, cart_to_purchase=0.9))
    assert (strong.spells, strong.visits) == (usual.spells, usual.visits)
    assert set(usual.purchases) <= set(strong.purchases) and len(strong.addable) > len(usual.addable)
    assert len(journey(_with(organic_visits_per_person_90_days=15.0)).visits) > 2 * len(usual.visits)


def test_the_example_person_belongs_to_the_seed():
    config = GenerationConfig(seed=7)
    assert journey(config) != journey(GenerationConfig()) and journey(config) == journey(config)


def test_stronger_ads_and_larger_holdouts_need_fewer_households():
    def needed(**dials):
        return households_for_lift(_with(**dials))

    usual = needed()
    assert needed(ad_lift=0.8) < usual / 50 and needed(holdout_share=0.3) < usual / 2
    assert needed(num_advertisers=2) < usual
    assert math.isinf(needed(ad_lift=0.0)) and math.isinf(needed(holdout_share=0.0))
    assert households_for_lift(GenerationConfig(), 36) == pytest.approx(usual / 36)
    large = GenerationConfig()
    large.household_config.num_households = 1_000_000
    assert households_for_lift(large) == pytest.approx(usual, rel=0.1)


def test_expected_purchases_are_near_real_rows(dataset_1k, config_1k):
    found = expected_purchases(config_1k)
    rows = dataset_1k.sql("select origin, count(*) as n from truth_conversion group by origin").collect()
    real = {row["origin"]: row["n"] for row in rows}
    anyway = found.organic + found.captured
    assert real["organic"] + real.get("captured", 0) == pytest.approx(anyway, abs=5 * math.sqrt(anyway))
    assert real.get("captured", 0) == pytest.approx(found.captured, abs=5 * math.sqrt(found.captured) + 1)
    assert real.get("created", 0) <= found.created + 5 * math.sqrt(found.created) + 1


def test_tiles_hold_every_state_once():
    from idgraph_widgets.reference import STATES

    assert set(households.TILES) == set(STATES) and len(set(households.TILES.values())) == len(STATES)


def test_the_calendar_shows_the_campaigns_that_are_generated(dataset_1k, config_1k):
    rows = dataset_1k.campaigns.select("campaign_id", "channel", "start_date", "end_date").collect()
    real = {(r["campaign_id"], r["channel"], r["start_date"], r["end_date"]) for r in rows}
    first = config_1k.start_date
    shown = {
        (f.campaign_id, f.channel, first + timedelta(f.start), first + timedelta(f.end)) for f in flights(config_1k)
    }
    assert shown == real


def test_expected_shares_are_near_real_rows(dataset_1k, config_1k):
    sizes = {
        r["household_size"]: r["n"] / 1_000
        for r in dataset_1k.sql("select household_size, count(*) as n from households group by 1").collect()
    }
    for size, share in households.sizes(config_1k).items():
        assert sizes.get(size, 0) == pytest.approx(share, abs=0.05)
    rows = dataset_1k.sql(
        "select case when identifier_type = 'cookie' then concat(cookie_scope, '_cookie') when identifier_type in "
        "('idfa', 'gaid') then 'mobile_ad_id' else identifier_type end as name, count(*) as n from "
        "identity_mappings group by 1"
    ).collect()
    real = {row["name"]: row["n"] / 1_000 for row in rows}
    expected = identifiers_per_household(config_1k)
    assert set(real) == set(expected)
    assert {
        name: expected[name] for name in expected if abs(expected[name] - real[name]) > 0.25 * real[name] + 0.1
    } == {}
