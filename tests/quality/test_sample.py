"""Checks of a spread of blocks: what they find, what they cannot, and what they say of it."""

from __future__ import annotations

import random

import pytest
from support.datasets import generated

from idgraph_widgets.cli import main
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.quality import CheckReport, run_checks
from idgraph_widgets.quality.sample import chosen, spread

ROWS, TWICE, SUMS = (
    "structure.content_engagements.required",
    "structure.viewership_patterns.key_unique",
    "campaign_daily.impressions",
)


@pytest.fixture(scope="module")
def two_blocks(engine, tmp_path_factory):
    """A default dataset of 11,000 households: a block of 10,000, and one of the others. Not to be written to."""
    config = GenerationConfig(seed=11, household_config=HouseholdConfig(num_households=11_000))
    out = tmp_path_factory.mktemp("datasets") / "two blocks"
    with generated(engine, config, out) as dataset:
        yield dataset


@pytest.fixture(scope="module")
def broken(two_blocks):
    """The tables of two blocks; in the first one a null, a row that is there twice, and an impression that is gone."""
    tables = dict(two_blocks.tables())
    events, patterns, exposures = (
        tables[name] for name in ("content_engagements", "viewership_patterns", "campaign_exposures")
    )
    one = events.agg({"engagement_id": "min"}).collect()[0][0]
    columns = [
        f"case when engagement_id = {one} then null else {name} end as {name}" if name == "content_id" else name
        for name in events.columns
    ]
    tables["content_engagements"] = events.selectExpr(*columns)
    first = patterns.agg({"pattern_id": "min"}).collect()[0][0]
    tables["viewership_patterns"] = patterns.unionAll(patterns.where(f"pattern_id = {first}"))
    gone = exposures.where("household_id <= 10000").agg({"exposure_id": "min"}).collect()[0][0]
    tables["campaign_exposures"] = exposures.where(f"exposure_id <> {gone}")
    return tables


@pytest.fixture(scope="module")
def reports(two_blocks, broken):
    """The reports of everything, of the first block and of the second."""
    spark, config = two_blocks.spark, two_blocks.config
    return {blocks: run_checks(spark, broken, config, blocks=blocks) for blocks in (None, (0,), (1,))}


def test_what_is_read_is_found_and_sums_are_of_everything(reports):
    found = {blocks: {result.id for result in report.failed} for blocks, report in reports.items()}
    assert {ROWS, TWICE} <= found[None] and {ROWS, TWICE} <= found[(0,)]
    assert not {ROWS, TWICE} & found[(1,)]
    assert all(any(name.startswith(("campaign_daily.", "outcomes.")) for name in ids) for ids in found.values())
    counts = [report.results[0].id for report in reports.values()]
    assert len(set(counts)) == 1 and len({len(report.results) for report in reports.values()}) == 1


def test_a_sound_dataset_holds_in_any_block(two_blocks):
    for blocks in ((0,), (1,)):
        given = two_blocks.spark, two_blocks.tables(), two_blocks.config, two_blocks.manifest
        report = run_checks(*given, blocks=blocks)
        assert report.holds, report.to_text()


def test_a_report_says_what_was_read(reports):
    whole, part = reports[None], reports[(1,)]
    assert whole.read == "" and "blocks" not in whole.verdict
    assert (part.blocks, part.of_blocks) == ([1], 2) and "1 of 2 blocks read row by row: 1)" in part.verdict
    assert "1 of 2 blocks of 10,000 households" in part.read and part.read in part.to_text()
    assert part.read in part._repr_html_()
    again = CheckReport.from_dict(part.to_dict())
    assert again.read == part.read and CheckReport.from_dict(whole.to_dict()).blocks is None


def test_a_spread_has_a_block_of_each_tenth():
    assert spread(100_000) is None
    for households in (100_001, 250_000, 1_000_000, 10_000_000):
        blocks = spread(households)
        of = -(-households // 10_000)
        assert len(set(blocks)) == 10 and [number * 10 // of for number in blocks] == sorted(
            number * 10 // of for number in blocks
        )
        assert blocks[0] >= 0 and blocks[-1] < of
    assert spread(1_000_000, random.Random(1)) != spread(1_000_000, random.Random(2))


@pytest.mark.parametrize("blocks", [[2], [-1, 0], []])
def test_blocks_that_are_not_there_are_refused(blocks):
    with pytest.raises(ConfigError, match=r"blocks: found .*; this dataset has 0 to 1, of 10,000 households each"):
        chosen(blocks, 20_000)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--blocks", "0,7"], 2, "blocks: found 7; this dataset has block 0"),
        (["--blocks", "first"], 2, "found first; allowed: numbers of blocks, such as 0,4,17"),
        (["--blocks", "0", "--sample"], 2, "--sample and --blocks: found both"),
    ],
)
def test_options_of_check_are_refused_in_words(dataset_1k_path, capsys, options, code, said):
    assert main(["check", str(dataset_1k_path), *options]) == code
    assert said in capsys.readouterr().err


def test_generate_without_checks(tmp_path, capsys):
    assert main(["generate", "--households", "1000", "--check", "none", "--out", str(tmp_path / "d")]) == 0
    printed = capsys.readouterr().out
    assert "Nothing was checked." in printed and "checks hold" not in printed
