"""A fault for every check in one block of a large dataset: what a full check and samples of blocks find.

    python -m benchmarks.planted                       # 101,000 households: 11 blocks, of which a sample reads 10
    python -m benchmarks.planted --households 1000000 --out data/planted

The faults are those of the tests of checks, each in a row of the last block. All are to be found by a full check and by
a sample with that block; by one without it only what is counted or summed over everything, or lies in what belongs to
all households. The test is tests/quality/test_sample_planted.py, over two blocks named by hand.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from itertools import count
from pathlib import Path

from support.blocks import MOST, found_anywhere, planted, view_block, wrong
from support.busy import busy_weeks
from support.mutations import MUTATIONS
from support.planting import batches

from idgraph_widgets import Dataset, start_engine
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.quality.sample import FROM, blocks_of, spread


def samples(households: int, block: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first sample by chance that has the block, and the first that has it not."""
    drawn = [spread(households, random.Random(seed)) or () for seed in range(1_000)]  # noqa: S311
    return next(blocks for blocks in drawn if block in blocks), next(blocks for blocks in drawn if block not in blocks)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=FROM + 1_000)
    parser.add_argument("--out", type=Path, help="where the dataset is kept, and used if it is there")
    args = parser.parse_args()
    config, block = busy_weeks(args.households), blocks_of(args.households) - 1
    problems = []
    with tempfile.TemporaryDirectory() as temporary, start_engine("embedded") as engine:
        out = args.out or Path(temporary, "sound")
        if not out.exists():
            run_pipeline(engine.spark, config, out, engine=(engine.name, engine.version))
        with Dataset(out, engine.spark) as dataset:
            tables = dict(dataset.tables())
            views, whole = view_block(engine.spark, tables, block), found_anywhere(tables, config)
            readings = [None, *samples(args.households, block)]
            for number, batch in zip(count(1), batches(MUTATIONS, MOST)):
                started, folder = time.perf_counter(), Path(temporary, str(number))
                reports = planted(engine.spark, tables, batch, config, folder, views, readings)
                print(f"{len(batch)} faults in block {block} ({time.perf_counter() - started:.1f} s)")
                for report in reports:
                    print(f"    {len(report.failed)} found: {report.verdict}", flush=True)
                problems += wrong(batch, whole, *reports)
    print(
        "\n".join(problems)
        or f"All {len(MUTATIONS)} faults are found where their block is read; those of single rows only there."
    )
    return int(bool(problems))


if __name__ == "__main__":
    raise SystemExit(main())
