"""A fault for every check in one known block: found where it is read, not where it is not, and the verdict says which.

`python -m benchmarks.planted` does the same with so many households that a sample is drawn.
"""

from __future__ import annotations

import pytest
from support.blocks import MOST, found_anywhere, planted, view_block, wrong
from support.busy import busy_weeks
from support.mutations import MUTATIONS
from support.nightly import but_first
from support.planting import batches, break_values

from idgraph_widgets.dataset import Dataset
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality import run_checks

LAST = 1
"""The block that is broken, of 1,000 households; the first has 10,000."""


@pytest.fixture(scope="module")
def two_blocks(spark, engine, tmp_path_factory):
    """Two busy months of 11,000 households: session, tables, configuration, name of the views of the last block."""
    config = busy_weeks(11_000)
    out = tmp_path_factory.mktemp("datasets") / "two blocks"
    run_pipeline(spark, config, out, engine=(engine.name, engine.version))
    with Dataset(out, spark) as dataset:
        tables = dict(dataset.tables())
        views = view_block(spark, tables, LAST)
        yield spark, tables, config, views
        for name in tables:
            spark.catalog.dropTempView(f"{views}_{name}")


@pytest.mark.parametrize(
    "batch", but_first(batches(MUTATIONS, MOST)), ids=lambda batch: f"{batch[0].check}_and_{len(batch) - 1}_more"
)
def test_a_fault_is_found_where_its_block_is_read(two_blocks, batch, tmp_path):
    spark, tables, config, views = two_blocks
    reports = planted(spark, tables, batch, config, tmp_path, views, [None, (LAST,), (0,)])
    assert wrong(batch, found_anywhere(tables, config), *reports) == []
    everything, read, unread = reports
    assert "blocks" not in everything.verdict
    for report, block in ((read, LAST), (unread, 0)):
        assert report.verdict.endswith(f"; 1 of 2 blocks read row by row: {block}).")


def test_wrong_values_are_found_where_their_block_is_read(two_blocks):
    """What every table has: in each a row twice more, with a null, a key and words that may not be."""
    spark, tables, config, views = two_blocks
    broken, expected = break_values(spark, tables, views, stray=False)
    found = [
        {result.id for result in run_checks(spark, broken, config, blocks=blocks, only=expected).failed}
        for blocks in (None, (LAST,), (0,))
    ]
    assert found[:2] == [expected, expected]
    whole = found_anywhere(tables, config)
    of_all = {name for name, df in broken.items() if f"structure.{name}.required" in whole}
    assert found[2] == {name for name in expected if name.split(".")[1] in of_all}
