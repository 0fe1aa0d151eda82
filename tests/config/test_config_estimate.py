"""The size estimate: complete, consistent with the configuration, and without Spark."""

import pytest

from idgraph_widgets.config import PRESETS, ConfigError, GenerationConfig, SizeDistribution, preset
from idgraph_widgets.forecast import estimate

pytestmark = pytest.mark.quick

TABLES = {
    "households",
    "individuals",
    "identity_mappings",
    "content_engagements",
    "viewership_patterns",
    "audience_attributes",
    "campaigns",
    "campaign_exposures",
    "response_events",
    "outcome_metrics",
}
COMPANIONS = {
    "segment_rules",
    "content_catalog",
    "household_moves",
    "campaign_holdouts",
    "campaign_daily",
    "truth_identity",
    "truth_conversion",
    "truth_intent",
    "campaign_opportunities",
    "source_records",
    "truth_records",
}


def rows(config: GenerationConfig, table: str) -> int:
    return estimate(config).tables[table].rows


@pytest.mark.parametrize("name", PRESETS)
def test_every_table_has_rows_bytes_and_a_range(name):
    config = preset(name)
    found = estimate(config)
    assert set(found.tables) == TABLES | COMPANIONS
    for table in found.tables.values():
        assert 0 <= table.rows_low <= table.rows <= table.rows_high, table
        assert 0 < table.bytes_low <= table.bytes <= table.bytes_high, table
    assert found.rows == sum(table.rows for table in found.tables.values())
    assert found.tables["households"].rows_low == found.tables["households"].rows_high == PRESETS[name]
    assert found.to_dict()["tables"]["campaigns"]["rows"] == found.tables["campaigns"].rows


def test_rows_follow_the_dials():
    base = preset("small")
    bigger = preset("small")
    bigger.household_config.size_distribution = SizeDistribution(mean=4.826, std_dev=1.5)
    assert rows(bigger, "individuals") == pytest.approx(2 * rows(base, "individuals"), rel=1e-3)
    busier = preset("small")
    busier.engagement_config.events_per_person_day *= 2
    assert rows(busier, "content_engagements") == pytest.approx(2 * rows(base, "content_engagements"), rel=1e-3)
    assert rows(base, "viewership_patterns") < rows(busier, "viewership_patterns")
    assert rows(busier, "viewership_patterns") < 2 * rows(base, "viewership_patterns")
    adults = preset("small")
    adults.demographics_config.age_range = (18, 100)
    assert rows(adults, "individuals") == rows(base, "individuals")
    assert rows(adults, "audience_attributes") > rows(base, "audience_attributes")
    longer = GenerationConfig.from_dict({"end_date": "2025-07-01"})
    for table in ("identity_mappings", "content_engagements", "campaigns", "campaign_exposures", "response_events"):
        assert rows(longer, table) > rows(base, table)
    unobserved = preset("small")
    identity = unobserved.demographics_config.identity_mappings
    identity.observation_shares = dict.fromkeys(identity.observation_shares, 0.0)
    found = estimate(unobserved).tables
    assert rows(unobserved, "identity_mappings") == rows(unobserved, "truth_identity")
    # Everybody keeps at least one identifier.
    assert (
        found["individuals"].rows * 0.8 < rows(unobserved, "identity_mappings") < 0.4 * rows(base, "identity_mappings")
    )


def test_exposures_are_limited_by_budget():
    poor = preset("small")
    poor.campaign_config.budget_factor = {"min": 0.001, "max": 0.002}
    assert rows(poor, "campaign_exposures") < rows(preset("small"), "campaign_exposures") / 100


def test_an_invalid_configuration_has_no_estimate():
    config = preset("tiny")
    config.household_config.num_households = 3
    with pytest.raises(ConfigError, match="num_households"):
        estimate(config)
