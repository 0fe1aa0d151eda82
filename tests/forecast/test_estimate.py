"""`estimate` against what runs write."""

import pytest

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.forecast import estimate
from idgraph_widgets.pipeline import run_pipeline

AIMED = ("campaign_holdouts", "campaign_opportunities", "campaign_exposures")
"""As long as the segments are broad that a dozen pushes happen to aim at: a wide range is told for another seed."""


def _outside(config, tables) -> dict[str, tuple]:
    """Tables whose rows or bytes are outside the estimate's range, with what was found and expected."""
    expected = estimate(config).tables
    assert set(expected) == set(tables) - {"generation_runs"}
    return {
        name: (tables[name].rows, tables[name].bytes, wanted)
        for name, wanted in expected.items()
        if not wanted.rows_low <= tables[name].rows <= wanted.rows_high
        or not wanted.bytes_low <= tables[name].bytes <= wanted.bytes_high
    }


def test_a_preset_writes_what_was_estimated(dataset_20k):
    """Between the presets of 10 K and 1 M households: 5 % of the rows, 10 % of the bytes, or chance."""
    config, tables = dataset_20k.config, dataset_20k.manifest["tables"]
    for name, wanted in estimate(config).tables.items():
        if name in AIMED:
            assert wanted.rows_low <= tables[name]["rows"] <= wanted.rows_high, name
            continue
        chance = 3 / wanted.rows**0.5
        assert tables[name]["rows"] == pytest.approx(wanted.rows, rel=max(0.05, chance)), name
        assert tables[name]["bytes"] == pytest.approx(wanted.bytes, rel=max(0.10, chance)), name
    # With the preset's own seed, that is the range it tells.
    preset = GenerationConfig(household_config=HouseholdConfig(num_households=20_000))
    large = [wanted for wanted in estimate(preset).tables.values() if wanted.rows > 3_600]
    assert len(large) >= 10
    for wanted in large:
        assert wanted.rows_high - wanted.rows <= 0.05 * wanted.rows + 2, wanted.table
        assert wanted.bytes_high - wanted.bytes <= 0.10 * wanted.bytes + 2, wanted.table


def test_the_range_holds_for_other_seeds_and_dials(spark, tmp_path):
    """Below the presets: of all tables of some runs, hardly one is outside its range."""
    outside, compared = {}, 0
    for seed, events in ((1, 0.19), (2, 0.1), (3, 0.3)):
        config = GenerationConfig(seed=seed, household_config=HouseholdConfig(num_households=1_500))
        config.engagement_config.events_per_person_day = events
        tables = run_pipeline(spark, config, tmp_path / str(seed)).manifest.tables
        outside.update({(seed, name): found for name, found in _outside(config, tables).items()})
        compared += len(tables) - 1
    assert len(outside) <= 0.05 * compared, outside
