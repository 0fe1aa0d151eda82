"""Where the time of a run on the embedded engine goes: by step, and by table for kernel, hash, encoding and commit.

    python -m benchmarks.profile
    python -m benchmarks.profile --households 1000000 --write

Seconds of steps are of the clock, from the start of the process; seconds by table are of the processor, in all tasks
together, so other work on the machine hardly moves them. *Kernel* makes the columns of a table, *rows* puts them into
Arrow, *hash* is the content hash, *encode* writes Parquet files with zstd, *commit* writes Delta's log. ``--write``
puts the text into ``benchmarks/profile.md``.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

import psutil

TEXT = Path(__file__).with_name("profile.md")
STEPS = ("kernel", "rows", "hash", "encode", "commit")


class Clock:
    """Processor seconds of threads, by (what, table)."""

    def __init__(self):
        self.seconds: dict[tuple[str, str], float] = defaultdict(float)
        self._lock, self._inner = threading.Lock(), threading.local()

    def around(self, owner, name: str, what: str, table) -> None:
        """Measure each call of a function; `table` is a name, or finds it in the call's arguments.

        What is measured inside such a call counts there and not in the call.
        """
        function = getattr(owner, name)

        def timed(*args, **kwargs):
            outer, self._inner.seconds = getattr(self._inner, "seconds", 0.0), 0.0
            begun = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                took = time.thread_time() - begun
                with self._lock:
                    found = table if isinstance(table, str) else table(*args)
                    self.seconds[what, found] += took - self._inner.seconds
                self._inner.seconds = outer + took

        setattr(owner, name, timed)


def instrument() -> Clock:
    """Put clocks around what makes, hashes, encodes and commits tables."""
    from idgraph_widgets.generators import block
    from idgraph_widgets.pipeline import worker
    from idgraph_widgets.storage import FolderStore
    from idgraph_widgets.storage.folder import block_files

    clock = Clock()
    kernels = {
        "households": (block.households, "make"),
        "individuals": (block.individuals, "make"),
        "source_records, truth_records": (block.source_records, "make"),
        "identity_mappings, truth_identity": (block.identity_mappings, "make"),
        "content_engagements": (block.engagements, "make"),
        "viewership_patterns": (block.viewership_patterns, "make"),
        "audience_attributes": (block.audience_attributes, "make"),
        "campaign_holdouts": (block.campaign_holdouts, "make"),
        "campaign_exposures: plan": (block.planning, "plan"),
        "campaign_exposures": (block.exposures, "make"),
        "truth_intent": (block.spells, "make"),
        "response_events: organic life": (block.chains, "people_of"),
        "response_events, truth_conversion": (block.response_events, "make"),
        "campaign_daily": (block.campaign_daily, "partial"),
        "outcome_metrics": (block.outcome_metrics, "partial"),
    }
    for table, (module, name) in kernels.items():
        clock.around(module, name, "kernel", table)
    for name in ("spending", "stops"):
        clock.around(block.budgets, name, "kernel", "campaign_exposures: budgets")
    clock.around(worker, "record_batch", "rows", lambda table, _: table.name)
    clock.around(block_files, "batch_parts", "hash", lambda _, table: table.name)
    for name in ("_write_group", "_close"):
        clock.around(block_files.BlockFiles, name, "encode", lambda files: files._table.name)  # noqa: SLF001
    clock.around(FolderStore, "commit", "commit", lambda _, table, *_more: table.name)
    return clock


def measure(households: int, seed: int, started: float) -> str:
    """A run in this process, which was started at that time, as Markdown."""
    at: list[tuple[str, float]] = []

    def reached(step: str) -> None:
        at.append((step, time.time() - started))

    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.engines import start_engine

    config = GenerationConfig(seed=seed)
    config.household_config.num_households = households
    reached("Python and configuration")
    with tempfile.TemporaryDirectory() as folder, start_engine() as engine:
        reached("engine started")
        from idgraph_widgets.pipeline import run_pipeline, whole_run

        reached("pipeline imported")
        clock = instrument()
        prepare, blocks = whole_run.Context.make, whole_run.Run._blocks  # noqa: SLF001

        def prepared(*args):
            made = prepare(*args)
            reached("tables of the configuration prepared")
            return made

        def done(*args):
            totals = blocks(*args)
            reached("blocks made and written")
            return totals

        whole_run.Context.make, whole_run.Run._blocks = prepared, done  # noqa: SLF001
        result = run_pipeline(engine.spark, config, Path(folder, "dataset"), progress=False)
        reached("committed and published")
    rows = {name: entry.rows for name, entry in result.manifest.tables.items()}
    return text(config, rows, at, clock, sum(psutil.Process().cpu_times()[:2]))


def text(config, rows: dict[str, int], at: list[tuple[str, float]], clock: Clock, processor: float) -> str:
    """The page."""
    homes, wall = config.household_config.num_households, at[-1][1]
    summary = (
        f"{date.today():%Y-%m-%d}, {machine()}. {sum(rows.values()):,} rows in {wall:.1f} s from the start of the "  # noqa: DTZ011
        f"process to the manifest, without checks; {processor:.1f} s of processor time. "
        f"Made by `python -m benchmarks.profile --households {homes}`."
    )
    lines = [
        f"# Profile of a run of {homes:,} households on the embedded engine",
        "",
        summary,
        "",
        "| step | ends at, s | takes, s |",
        "|---|---|---|",
    ]
    before = 0.0
    for step, seconds in at:
        lines.append(f"| {step} | {seconds:.2f} | {seconds - before:.2f} |")
        before = seconds
    lines += ["", "Seconds of processor time, all tasks together:", ""]
    lines += ["| table | rows | " + " | ".join(STEPS) + " | together |", "|---|---|" + "---|" * (len(STEPS) + 1)]
    tables = dict.fromkeys([table for _, table in clock.seconds])
    for table in sorted(tables, key=lambda name: -sum(clock.seconds.get((step, name), 0.0) for step in STEPS)):
        own = [clock.seconds.get((step, table), 0.0) for step in STEPS]
        cells = [f"{seconds:.2f}" if seconds else "" for seconds in own]
        count = f"{rows[table]:,}" if table in rows else ""
        lines.append(f"| {table} | {count} | " + " | ".join(cells) + f" | {sum(own):.2f} |")
    sums = {step: sum(seconds for (what, _), seconds in clock.seconds.items() if what == step) for step in STEPS}
    cells = [f"{sums[step]:.2f}" for step in STEPS]
    lines.append(f"| **all** | {sum(rows.values()):,} | " + " | ".join(cells) + f" | {sum(sums.values()):.2f} |")
    largest = max(sums, key=lambda step: sums[step])
    ends = dict(at)
    begun = ends["tables of the configuration prepared"]
    fixed = wall - (ends["blocks made and written"] - begun)
    busy = (sums["kernel"] + sums["rows"] + sums["hash"] + sums["encode"]) / (wall - fixed) if wall > fixed else 0
    limits = (
        f"What limits it next: {largest} ({sums[largest] / sum(sums.values()):.0%} of the time of tables); blocks kept "
        f"{busy:.1f} of {cores()} cores busy; {fixed:.1f} s do not depend on the number of households."
    )
    return "\n".join([*lines, "", limits, ""])


def machine() -> str:
    """Cores, memory and processor, in words."""
    from idgraph_widgets.memory import available_memory

    names = [line.split(":", 1)[1].strip() for line in _cpu_info() if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    load = psutil.getloadavg()[0]
    return (
        f"{cores()} cores ({processor}), {available_memory().limit / 2**30:.0f} GiB, Python "
        f"{platform.python_version()}, load average {load:.1f}"
    )


def cores() -> int:
    from idgraph_widgets.processes import cores as found

    return found()


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def main() -> None:
    """Measure in a process of its own and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--write", action="store_true", help=f"put the text into {TEXT.name}")
    parser.add_argument("--one", type=float, metavar="STARTED", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(measure(arguments.households, arguments.seed, arguments.one))
        return
    given = ["--households", str(arguments.households), "--seed", str(arguments.seed)]
    # What the system tells of the start of a process may be most of a second off.
    command = [sys.executable, "-m", "benchmarks.profile", "--one", repr(time.time()), *given]
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    print(found)
    if arguments.write:
        TEXT.write_text(found)


if __name__ == "__main__":
    main()
