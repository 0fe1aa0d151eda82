"""How many households are made at a time, and which configurations are refused: a worker has 1 GB."""

import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.difficulty import with_difficulty
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.pipeline.preflight import preflight
from idgraph_widgets.pipeline.sizing import BYTES_AT_A_TIME, home_size, part_homes
from idgraph_widgets.schema import ids

pytestmark = pytest.mark.quick


def dense() -> GenerationConfig:
    """A year of large homes, many events, cookies of one day and as many ads as can be asked for."""
    config = with_difficulty(GenerationConfig(), "hard")
    config.end_date = config.start_date.replace(year=config.start_date.year + 1)
    sizes = config.household_config.size_distribution
    sizes.mean, sizes.std_dev, sizes.shares, sizes.max_size = None, None, {12: 1.0}, 12
    identity = config.demographics_config.identity_mappings
    identity.cookie_lifetime_days = identity.safari_cookie_days = 1
    config.engagement_config.events_per_person_day = 8
    config.campaign_config.impressions_per_view, config.campaign_config.campaigns_per_period = 1.0, 500
    return config


def test_a_block_of_the_defaults_is_made_at_once():
    assert part_homes(GenerationConfig()) == ids.BLOCK


def test_what_is_denser_is_made_in_smaller_parts():
    config, found = GenerationConfig(), []
    for events in (0.19, 1, 4, 8):
        config.engagement_config.events_per_person_day = events
        found.append(part_homes(config))
        assert found[-1] * home_size(config).bytes <= BYTES_AT_A_TIME
    assert found == sorted(found, reverse=True) and found[0] > 15 * found[-1] > 0
    assert part_homes(dense()) < 10


def test_campaigns_count_even_where_budgets_end_them():
    """Plans are made before any budget ends."""
    config = GenerationConfig()
    config.campaign_config.impressions_per_view, config.campaign_config.campaigns_per_period = 1.0, 500
    before = part_homes(config)
    config.campaign_config.budget_factor = {"min": 0.001, "max": 0.001}
    assert before <= part_homes(config) < 2 * before < 4_000


def test_a_household_that_is_too_large_is_refused_before_the_run(monkeypatch):
    # Other bounds, as that of a campaign's numbers, end most configurations before the real one.
    monkeypatch.setattr("idgraph_widgets.pipeline.sizing.MOST_BYTES_OF_A_HOME", 250 << 20)
    config = dense()
    preflight(config)
    config.campaign_config.reach_share = 1.0
    with pytest.raises(ConfigError) as caught:
        preflight(config)
    message = str(caught.value)
    assert "too dense: a household may have" in message and "a Spark worker stays below 1 GB" in message
    assert "Lower campaigns_per_period" in message
