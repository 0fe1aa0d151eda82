"""Golden content hashes: compare all cases, or write them anew after a change that means to move rows.

python -m benchmarks.golden                      # all cases, the large ones too
python -m benchmarks.golden hard measurement     # some
python -m benchmarks.golden --write default_1k   # write what came out
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from support.golden import CASES, HASHES_FILE, published_hashes, run_case

from idgraph_widgets import start_engine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", choices=[*CASES, []], help="default: all")
    parser.add_argument("--engine", default="embedded")
    parser.add_argument("--write", action="store_true", help="write what came out to tests/golden/hashes.json")
    args = parser.parse_args()
    different = 0
    with start_engine(args.engine) as engine:
        for name in args.cases or CASES:
            started = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder:
                found = run_case(engine.spark, name, Path(folder) / "dataset")
            seconds = time.perf_counter() - started
            golden = published_hashes() if HASHES_FILE.exists() else {}
            wrong = _differences(golden.get(name, []), found)
            different += bool(wrong)
            print(f"{name}: {', '.join(wrong) or 'equal'} ({seconds:.1f} s)", flush=True)
            if args.write:
                golden[name] = found
                ordered = {case: golden[case] for case in CASES if case in golden}
                HASHES_FILE.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    return 0 if args.write else int(different > 0)


def _differences(golden: list, found: list) -> list[str]:
    """Tables that differ, with the number of the step."""
    names = [
        f"{table} after step {number}"
        for number, (before, now) in enumerate(zip(golden, found, strict=False), start=1)
        for table in {**before, **now}
        if before.get(table) != now.get(table)
    ]
    return names if len(golden) == len(found) else [*names, f"{len(found)} steps, {len(golden)} expected"]


if __name__ == "__main__":
    raise SystemExit(main())
