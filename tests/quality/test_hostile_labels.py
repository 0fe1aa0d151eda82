"""Labels that a user may choose freely end no statement, in generation or in the checks."""

from __future__ import annotations

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality import run_checks

LABELS = ('it\'s; DROP TABLE `x` "ü" \\ --', "50K+ {0} %s ' OR 1=1")


def test_hostile_income_brackets(spark, tmp_path):
    config = GenerationConfig(seed=3, household_config=HouseholdConfig(num_households=1_000))
    config.household_config.income_brackets = {LABELS[0]: 0.5, LABELS[1]: 0.5}
    config.household_config.income_bounds = {LABELS[0]: [0, 50_000], LABELS[1]: [50_000, None]}
    run_pipeline(spark, config, tmp_path / "d")
    with Dataset(tmp_path / "d", spark) as dataset:
        found = {row.income_bracket for row in dataset.households.select("income_bracket").distinct().collect()}
        assert found == set(LABELS)
        report = run_checks(spark, dataset.tables(), dataset.config, dataset.manifest)
    assert report.passed, [(result.id, result.keys) for result in report.failed]
