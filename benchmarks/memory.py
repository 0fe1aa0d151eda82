"""What one worker needs: the peak of a process that makes a block of 10 000 households and writes its files.

    python -m benchmarks.memory
    python -m benchmarks.memory default everything
    python -m benchmarks.memory --driver

Each case is a process of its own that does what a Spark worker does (`run_task`), for the defaults and for the densest
configurations that are allowed. The densest take hours for a block, so they make fewer households: as many that plans
of exposures are more than is kept and have to be made again. Peak is the highest resident size, in MiB.

``--driver`` measures instead what the driver needs to hand out 10 000 tasks and to add up what they tell.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time

from idgraph_widgets.config import GenerationConfig, difficulty
from idgraph_widgets.generators.block import BLOCK_TABLES, PREPARE
from idgraph_widgets.generators.context import Context, digest
from idgraph_widgets.pipeline.distribute import cut
from idgraph_widgets.pipeline.emission import Emission
from idgraph_widgets.pipeline.sizing import part_homes
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import Job, Told, code_digest, run_task
from idgraph_widgets.schema import GENERATED, ids
from idgraph_widgets.storage import FolderStore
from idgraph_widgets.storage.content_hash import HashParts
from idgraph_widgets.storage.parquet_files import DataFile


def _year(config: GenerationConfig) -> None:
    config.end_date = config.start_date.replace(year=config.start_date.year + 1)


def _many_events(config: GenerationConfig) -> None:
    config.engagement_config.events_per_person_day = 8


def _large_homes(config: GenerationConfig) -> None:
    sizes = config.household_config.size_distribution
    sizes.mean, sizes.std_dev, sizes.shares, sizes.max_size = None, None, {12: 1.0}, 12


def _short_cookies(config: GenerationConfig) -> None:
    hard = difficulty.with_difficulty(config, "hard").demographics_config
    config.demographics_config = hard
    identity = config.demographics_config.identity_mappings
    identity.cookie_lifetime_days = identity.safari_cookie_days = 1


def _many_ads(config: GenerationConfig) -> None:
    config.campaign_config.exposures_per_week = 100
    config.campaign_config.campaigns_per_period = 500


CASES = {
    "default": ("defaults", (), ids.BLOCK),
    "homes": ("homes of 12", (_large_homes,), ids.BLOCK),
    "cookies": ("a year, hard, one-day cookies", (_year, _short_cookies), ids.BLOCK),
    "ads": ("500 campaigns per 30 days, 100 exposures a week", (_many_ads,), ids.BLOCK),
    "events": ("a year with 8 events per person and day", (_year, _many_events), 1_000),
    "everything": ("all of these together", (_year, _many_events, _large_homes, _short_cookies, _many_ads), 60),
}
"""Per case what it is, what it changes, and how many households are made."""

CHUNKS = 10_000


def configuration(case: str) -> GenerationConfig:
    """A case's configuration."""
    config = GenerationConfig()
    config.household_config.num_households = ids.BLOCK
    for change in CASES[case][1]:
        change(config)
    config.check()
    return config


def measure(case: str) -> dict:
    """Make a block in this process."""
    config, homes = configuration(case), CASES[case][2]
    part = part_homes(config)
    config.household_config.num_households = homes  # fewer than a configuration may have: a block of that size
    data = Context.make(config, PREPARE).to_bytes()
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(None, folder, "run")
        store.make_folders(list(GENERATED.values()))
        job = Job(data, (((1, homes),),), frozenset(BLOCK_TABLES), part, Emission(), "run", folder, str(store.control))
        begun = time.perf_counter()
        told = run_task(job, 0)
        seconds = time.perf_counter() - begun
    if told.fault or told.cancelled:
        raise SystemExit(told.fault or "cancelled")
    rows = sum(parts.rows for parts in told.written.values())
    return {"part": part, "rows": rows, "seconds": seconds, "peak": _peak()}


def measure_driver() -> dict:
    """Cut, pickle and add up a run of many empty tasks in this process."""
    from pyspark import cloudpickle

    config = configuration("default")
    data = Context.make(config, PREPARE).to_bytes()
    before, begun = _peak(), time.perf_counter()
    blocks = cut([(1 + i * ids.BLOCK, (i + 1) * ids.BLOCK) for i in range(CHUNKS)], CHUNKS)
    job = Job(data, blocks, frozenset(BLOCK_TABLES), ids.BLOCK, Emission(), "run", "", "")
    shipped = len(cloudpickle.dumps(lambda task: run_task(job, task)))
    told, context, code = Told(0, digest(data), code_digest()), digest(data), code_digest()
    file, parts = DataFile("data/run/00000-0123456789ab.parquet", 1, 1, 1, '{"numRecords": 1}'), HashParts()
    told.files = {name: [file] for name in BLOCK_TABLES}
    told.written = dict.fromkeys(BLOCK_TABLES, parts)
    told.sums = {"campaign_daily": {"campaign_id": [1], "day": [1], "impressions": [1]}}
    texts = [json.dumps({**json.loads(told.to_json()), "task": task}) for task in range(CHUNKS)]
    totals = Totals().add(map(Told.from_json, texts), CHUNKS, context, code)
    if len(totals.files["households"]) != CHUNKS or totals.summed("campaign_daily").impressions[0] != CHUNKS:
        raise SystemExit("not all tasks were added up")
    return {"shipped": shipped / 2**20, "seconds": time.perf_counter() - begun, "peak": _peak(), "before": before}


def _peak() -> float:
    """Highest resident size of this process, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--driver", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure_driver() if arguments.driver else measure(arguments.cases[0])))
        return
    if arguments.driver:
        found = _in_a_process("--driver")
        print(f"{CHUNKS:,} empty tasks: {found['seconds']:.1f} s, {found['shipped']:.1f} MiB shipped to each worker,")
        print(f"peak {found['peak']:,.0f} MiB, of which {found['before']:,.0f} before.")
        return
    print("| configuration | households | made at a time | rows | seconds | peak, MiB |")
    print("|---|---|---|---|---|---|")
    for case in arguments.cases or CASES:
        title, _, homes = CASES[case]
        found = _in_a_process(case)
        numbers = (homes, found["part"], found["rows"], found["seconds"], found["peak"])
        print(f"| {title} | " + " | ".join(f"{number:,.0f}" for number in numbers) + " |", flush=True)


def _in_a_process(*arguments: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.memory", "--one", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
