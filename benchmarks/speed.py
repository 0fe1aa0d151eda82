"""How long a run takes, how fast that is against copying its result, and whether memory stops growing.

    python -m benchmarks.speed 10000 100000 1000000
    python -m benchmarks.speed 1000 10000 100000 1000000 --write

Each size runs in a process of its own on the embedded engine, end to end: start, generate, publish, check.
The finished tables are then read and written once more with the same engine; the ratio of the two times says
how much of a run is more than moving its rows. ``--write`` puts the seconds where the studio's run panel estimates
its time from.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import idgraph_widgets

SECONDS = Path(idgraph_widgets.__file__).parent / "pipeline" / "run_seconds.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("households", nargs="+", type=int)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument(
        "--keep", metavar="FOLDER", help="keep each dataset at FOLDER/HOUSEHOLDS, with what was measured"
    )
    parser.add_argument("--write", action="store_true", help="put the seconds into run_seconds.json")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.households[0], arguments.seed, arguments.keep)))
        return
    print("| households | rows | end to end | generation | checks | copy | generation ÷ copy | rows/s | peak memory |")
    print("|---|---|---|---|---|---|---|---|---|")
    for households in arguments.households:
        command = [sys.executable, "-m", "benchmarks.speed", "--one", "--seed", str(arguments.seed), str(households)]
        if arguments.keep:
            command += ["--keep", arguments.keep]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        if arguments.keep:
            Path(arguments.keep, f"{households}.json").write_text(json.dumps(found) + "\n")
        if arguments.write:
            _keep_seconds(households, found)
        print(_line(households, found), flush=True)


def measure(households: int, seed: int, keep: str | None = None) -> dict:
    """Seconds of the parts of one run in this process, rows, and memory after each chunk (MiB)."""
    started = time.perf_counter()
    from idgraph_widgets import Dataset
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.engines import start_engine
    from idgraph_widgets.pipeline import run_pipeline
    from idgraph_widgets.quality import run_checks

    config = GenerationConfig(seed=seed)
    config.household_config.num_households = households
    memory: list[float] = []

    def listen(event) -> None:
        if event.state == "finished" and event.table == "response_events":
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    with tempfile.TemporaryDirectory() as folder, start_engine("embedded") as engine:
        ready = time.perf_counter()
        out = Path(keep or folder, str(households))
        result = run_pipeline(engine.spark, config, out=out, on_progress=listen)
        generated = time.perf_counter()
        dataset = Dataset(out, spark=engine.spark)
        report = run_checks(engine.spark, dataset.tables(), config, dataset.manifest)
        checked = time.perf_counter()
        tables = dataset.tables()
        for name, table in tables.items():
            table.write.mode("overwrite").option("compression", "zstd").parquet(str(Path(folder, "copy", name)))
        copied = time.perf_counter()
    return {
        "rows": sum(entry.rows for entry in result.manifest.tables.values()),
        "tables": {name: [entry.rows, entry.bytes] for name, entry in result.manifest.tables.items()},
        "passed": report.passed,
        "end_to_end": checked - started,
        "start": ready - started,
        "generation": generated - started,
        "checks": checked - generated,
        "copy": copied - checked,
        "memory": memory,
    }


def _keep_seconds(households: int, found: dict) -> None:
    """Replace what is kept for this number of households; other sizes stay."""
    kept = {one["households"]: one for one in json.loads(SECONDS.read_text())} if SECONDS.exists() else {}
    seconds = {part: round(found[part], 1) for part in ("start", "generation", "checks")}
    kept[households] = {"households": households, "rows": found["rows"], **seconds}
    lines = ",\n".join(f"  {json.dumps(kept[size])}" for size in sorted(kept))
    SECONDS.write_text(f"[\n{lines}\n]\n")


def _line(households: int, found: dict) -> str:
    memory = found["memory"]
    grown = f"{memory[0]:,.0f} → {memory[-1]:,.0f} MiB" if len(memory) > 1 else f"{memory[-1]:,.0f} MiB"
    cells = [
        f"{households:,}",
        f"{found['rows']:,}",
        f"{found['end_to_end']:.1f} s" + ("" if found["passed"] else " (checks failed)"),
        f"{found['generation']:.1f} s",
        f"{found['checks']:.1f} s",
        f"{found['copy']:.1f} s",
        f"{found['generation'] / found['copy']:.1f}",
        f"{found['rows'] / found['generation']:,.0f}",
        grown,
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
