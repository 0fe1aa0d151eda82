"""What one worker needs: the peak of a process that makes a block of 10,000 households and writes its files.

    python -m benchmarks.memory
    python -m benchmarks.memory default everything
    python -m benchmarks.memory --tables
    python -m benchmarks.memory --driver
    python -m benchmarks.memory --limits
    python -m benchmarks.memory --write

Each case is a process of its own that does what a Spark worker does (`run_task`), for the defaults and for the densest
configurations that are allowed. The densest take hours for a block, so they make fewer households: as many that plans
of exposures are more than is kept and have to be made again. Peak is the highest resident size, in MiB.

``--tables`` makes one table at a time, at the defaults. ``--driver`` measures what the driver needs to hand out 10,000
tasks, to follow them and to add up what they tell. ``--limits`` generates and checks 100,000 households on the embedded
engine in processes that are told to have only so much memory, as in a container. ``--write`` does all of it and puts it
into ``docs/memory.md``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psutil

from benchmarks.profile import machine
from idgraph_widgets import memory
from idgraph_widgets.config import GenerationConfig, difficulty
from idgraph_widgets.engines import start_engine
from idgraph_widgets.engines.embedded import LEAST_POOL, OWN_BYTES
from idgraph_widgets.generators.block import BLOCK_TABLES, PREPARE
from idgraph_widgets.generators.context import Context, digest
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.pipeline.control import Follower
from idgraph_widgets.pipeline.distribute import cut
from idgraph_widgets.pipeline.emission import Emission
from idgraph_widgets.pipeline.progress import Progress
from idgraph_widgets.pipeline.sizing import MOST_BYTES_OF_A_HOME, part_homes
from idgraph_widgets.pipeline.totals import Totals
from idgraph_widgets.pipeline.worker import Job, TaskResult, code_digest, run_task
from idgraph_widgets.schema import GENERATED, ids
from idgraph_widgets.storage import FolderStore
from idgraph_widgets.storage.content_hash import HashParts
from idgraph_widgets.storage.folder.parquet_files import DataFile


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
    config.campaign_config.impressions_per_view = 1.0
    config.campaign_config.campaigns_per_period = 500


CASES = {
    "default": ("defaults", (), ids.BLOCK),
    "homes": ("homes of 12", (_large_homes,), ids.BLOCK),
    "cookies": ("a year, hard, one-day cookies", (_year, _short_cookies), ids.BLOCK),
    "ads": ("500 campaigns per 30 days, an ad with every view", (_many_ads,), ids.BLOCK),
    "events": ("a year with 8 events per person and day", (_year, _many_events), 1_000),
    "everything": ("all of these together", (_year, _many_events, _large_homes, _short_cookies, _many_ads), 60),
}
"""Per case what it is, what it changes, and how many households are made."""

CHUNKS = 10_000

LIMITS, LIMITED_HOMES = (4096, 2048, 1280, 1024), 100_000
"""MiB that processes are told to have, and the households they generate."""

PAGE = Path(__file__).resolve().parent.parent / "docs" / "memory.md"


def configuration(case: str) -> GenerationConfig:
    """A case's configuration."""
    config = GenerationConfig()
    config.household_config.num_households = ids.BLOCK
    for change in CASES[case][1]:
        change(config)
    config.check()
    return config


def measure(case: str, *tables: str) -> dict:
    """Make a block in this process, or some of its tables."""
    config, homes = configuration(case), CASES[case][2]
    part = part_homes(config)
    config.household_config.num_households = homes  # fewer than a configuration may have: a block of that size
    data = Context.make(config, PREPARE).to_bytes()
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(None, folder, "run")
        store.make_folders(list(GENERATED.values()))
        job = Job(
            data,
            (((1, homes),),),
            frozenset(tables or BLOCK_TABLES),
            part,
            Emission(),
            "run",
            folder,
            str(store.control),
        )
        begun = time.perf_counter()
        result = run_task(job, 0)
        seconds = time.perf_counter() - begun
    if result.fault or result.cancelled:
        raise SystemExit(result.fault or "cancelled")
    rows = sum(parts.rows for parts in result.written.values())
    return {"part": part, "rows": rows, "seconds": seconds, "peak": _peak()}


def measure_driver() -> dict:
    """Cut, pickle, follow and add up a run of many empty tasks in this process."""
    from pyspark import cloudpickle

    config = configuration("default")
    data = Context.make(config, PREPARE).to_bytes()
    before, begun = _peak(), time.perf_counter()
    blocks = cut([(1 + i * ids.BLOCK, (i + 1) * ids.BLOCK) for i in range(CHUNKS)], CHUNKS)
    job = Job(data, blocks, frozenset(BLOCK_TABLES), ids.BLOCK, Emission(), "run", "", "")
    shipped = len(cloudpickle.dumps(lambda task: run_task(job, task)))
    result, context, code = TaskResult(0, digest(data), code_digest()), digest(data), code_digest()
    file, parts = DataFile("data/run/00000-0123456789ab.parquet", 1, 1, 1, '{"numRecords": 1}'), HashParts()
    result.files = {name: [file] for name in BLOCK_TABLES}
    result.written = dict.fromkeys(BLOCK_TABLES, parts)
    result.sums = {"campaign_daily": {"campaign_id": [1], "day": [1], "impressions": [1]}}
    with tempfile.TemporaryDirectory() as control:
        text = json.dumps({"blocks": 1, "rows": dict.fromkeys(BLOCK_TABLES, 1)})
        for task in range(CHUNKS):
            Path(control, f"{task:05d}.json").write_text(text)
        follow = Follower(Path(control), Progress(CHUNKS))
        follow()
        since = time.thread_time()
        follow()
        look = time.thread_time() - since
    texts = [json.dumps({**json.loads(result.to_json()), "task": task}) for task in range(CHUNKS)]
    totals = Totals().add(map(TaskResult.from_json, texts), CHUNKS, context, code)
    if len(totals.files["households"]) != CHUNKS or totals.summed("campaign_daily").impressions[0] != CHUNKS:
        raise SystemExit("not all tasks were added up")
    seconds = time.perf_counter() - begun
    return {"shipped": shipped / 2**20, "seconds": seconds, "peak": _peak(), "before": before, "look": look}


def measure_limit(mebibytes: int) -> dict:
    """Generate and check in this process, which is told to have only so much memory."""
    from idgraph_widgets import Dataset
    from idgraph_widgets.errors import IdgraphError
    from idgraph_widgets.quality import run_checks

    own, limit = psutil.Process(), mebibytes << 20

    def result() -> memory.Memory:
        return memory.Memory(limit, max(0, limit - own.memory_info().rss), "the container")

    for module in [one for name, one in sys.modules.items() if name.startswith("idgraph_widgets")]:
        if hasattr(module, "available_memory"):
            module.available_memory = result
    config, found = GenerationConfig(seed=42), {}
    config.household_config.num_households = LIMITED_HOMES
    begun = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory() as folder, start_engine() as engine:
            run_pipeline(engine.spark, config, Path(folder, "dataset"), progress=False)
            found |= {"generated": time.perf_counter() - begun, "peak": _peak()}
            dataset = Dataset(Path(folder, "dataset"), spark=engine.spark)
            run_checks(engine.spark, dataset.tables(), config, dataset.manifest, progress=False)
            found |= {"checked": time.perf_counter() - begun - found["generated"], "peak_checks": _peak()}
    except IdgraphError as error:
        found["refused"] = str(error)
    return found


def _peak() -> float:
    """Highest resident size of this process, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cases(names: list[str]) -> Iterator[str]:
    """Lines of a table of configurations."""
    yield "| configuration | households | made at a time | rows | seconds | peak, MiB |"
    yield "|---|---|---|---|---|---|"
    for case in names:
        title, _, homes = CASES[case]
        found = _in_a_process(case)
        numbers = (homes, found["part"], found["rows"], found["seconds"], found["peak"])
        yield f"| {title} | " + " | ".join(f"{number:,.0f}" for number in numbers) + " |"


def tables() -> Iterator[str]:
    """Lines of a table of tables."""
    yield "| table | rows | peak, MiB |"
    yield "|---|---|---|"
    for table in BLOCK_TABLES:
        found = _in_a_process("default", table)
        yield f"| {table} | {found['rows']:,} | {found['peak']:,.0f} |"


def driver() -> Iterator[str]:
    """What the driver needs, in a sentence."""
    found = _in_a_process("--driver")
    yield (
        f"{CHUNKS:,} empty tasks: {found['seconds']:.1f} s to hand them out and to add them up, {found['look']:.2f} s "
        f"for each look at how far they are, {found['shipped']:.1f} MiB shipped to each worker, peak "
        f"{found['peak']:,.0f} MiB, of which {found['before']:,.0f} before the first task."
    )


def limits() -> Iterator[str]:
    """Lines of a table of memory limits."""
    yield "| memory, MiB | generation | peak, MiB | checks | peak with checks, MiB |"
    yield "|---|---|---|---|---|"
    for limit in LIMITS:
        found = _in_a_process("--limits", str(limit))
        cells = [f"{found['generated']:.0f} s | {found['peak']:,.0f}"] if "peak" in found else []
        cells += [f"{found['checked']:.0f} s | {found['peak_checks']:,.0f}"] if "peak_checks" in found else []
        refused = [f"*{found['refused']}*", *[""] * (3 - 2 * len(cells))] if "refused" in found else []
        yield f"| {limit:,} | " + " | ".join([*cells, *refused]) + " |"


_PAGE = """# Memory

{made}. Made by `python -m benchmarks.memory --write`.

## Workers

The peak of a process that makes a block of 10,000 households and writes its files, libraries included. A worker on
Databricks serverless has 1 GB. Where a block does not fit, it is made in parts; no row depends on it. The densest
configurations make fewer households here, because a block of them takes hours: parts have the size they would have in a
block, and plans of exposures fill what is kept of them.

{cases}

One table at a time, at the defaults, as `generate_<table>` asks for it; what a table is made from is made, too:

{tables}

## Driver

{driver} A run of 10 million households has 1,000 blocks, and no more than four tasks for each core.

## Where memory is short

What a process may use is what its machine has, or less where a cgroup, as of a container, limits it. The embedded
engine may fill 60 % of it with queries; a query that needs more fails in words. Tasks make smaller parts, then fewer
run at the same time; checks go through smaller slices. {homes:,} households at the defaults, in processes that are told
to have so much; peaks are of the whole process:

{limits}

## What is refused

- A configuration whose average household takes more than {most} MiB while it is made: a household cannot be cut, and a
  worker would need more than 1 GB. Refused before the run, with what to lower.
- A run on this machine that does not find room for a single task, before its first row.
- The embedded engine where less than {least} MiB are left.

Workers of other machines are not refused: fewer of them are used where they report little memory.
"""


def page() -> str:
    """Everything, as a page."""
    return _PAGE.format(
        made=f"{date.today():%Y-%m-%d}, {machine()}",  # noqa: DTZ011
        cases="\n".join(cases(list(CASES))),
        tables="\n".join(tables()),
        driver="".join(driver()),
        homes=LIMITED_HOMES,
        limits="\n".join(limits()),
        most=MOST_BYTES_OF_A_HOME >> 20,
        least=(OWN_BYTES + LEAST_POOL) >> 20,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--tables", action="store_true")
    parser.add_argument("--driver", action="store_true")
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        if arguments.driver:
            found = measure_driver()
        else:
            found = measure_limit(int(arguments.cases[0])) if arguments.limits else measure(*arguments.cases)
        print(json.dumps(found))
    elif arguments.write:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        asked = [call() for call in (tables, driver, limits) if getattr(arguments, call.__name__)]
        for lines in asked or [cases(arguments.cases or list(CASES))]:
            for line in lines:
                print(line, flush=True)


def _in_a_process(*arguments: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.memory", "--one", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
