"""Every setting at its ends, combinations of settings drawn at random, and what becomes of each.

    python -m benchmarks.settings                              # all, and writes docs/settings-extremes.md
    python -m benchmarks.settings --only ios_share             # those whose names contain a text; writes nothing
    python -m benchmarks.settings --shard 1/2 --results 1.jsonl   # a half of them
    python -m benchmarks.settings --results 1.jsonl 2.jsonl --table   # the table of results that are there

Each case is 1,000 households over a month on one embedded engine, generated and checked.
Cases that are already in the results are not run again. Needs hypothesis.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from pathlib import Path

from support.settings import Case, Outcome, difference, drawn, extremes, outcome, seen

from idgraph_widgets import start_engine

TABLE = Path(__file__).resolve().parent.parent / "docs" / "settings-extremes.md"
COMBINATIONS = 60
STATES = {
    "holds": "holds",
    "refused": "refused",
    "failed": "a guaranteed check fails",
    "off": "a statistic is off",
    "crash": "an error",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="cases whose names contain this text")
    parser.add_argument("--shard", default="1/1", help="which part of how many, as 1/2")
    parser.add_argument("--results", nargs="*", default=[], help="files of results, JSON lines; the first is added to")
    parser.add_argument("--combinations", type=int, default=COMBINATIONS)
    parser.add_argument("--table", action="store_true", help="run nothing, write the table of the results")
    args = parser.parse_args()
    results = {found["name"]: found for path in map(Path, args.results) if path.exists() for found in _read(path)}
    every = [*seen(), *extremes(), *drawn(args.combinations)]
    cases = [case for case in every if args.only is None or args.only in case.name]
    if not args.table:
        part, parts = map(int, args.shard.split("/"))
        todo = [case for case in cases[part - 1 :: parts] if case.name not in results]
        _run(todo, results, Path(args.results[0]) if args.results else None)
    if args.table or (args.only is None and args.shard == "1/1"):
        TABLE.write_text(_page(cases, results), encoding="utf-8")
    bad = [found for found in results.values() if found["state"] not in ("holds", "refused")]
    return int(bool(bad))


def _read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _run(cases: list[Case], results: dict[str, dict], kept: Path | None) -> None:
    once_failed = {case.name for case in seen()}
    with start_engine("embedded") as engine:
        for number, case in enumerate(cases, start=1):
            started = time.perf_counter()
            found = outcome(engine.spark, case, with_report=case.name in once_failed)
            results[case.name] = found.to_dict()
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(found.to_dict()) + "\n")
            print(
                f"{number}/{len(cases)} {found.state:8} {case.name} ({time.perf_counter() - started:.1f} s)", flush=True
            )
            if found.state not in ("holds", "refused"):
                print(f"    {json.dumps(difference(case.config), default=str)[:600]}")
            for line in found.told:
                print(f"    {line}", flush=True)


def _page(cases: list[Case], results: dict[str, dict]) -> str:
    """The results as a Markdown page."""
    found = [Outcome(**results[case.name]) for case in cases if case.name in results]
    counts = Counter(each.state for each in found)
    states = ", ".join(f"{counts[state]} × {STATES[state]}" for state in STATES if counts[state])
    lines = [
        "# Settings at their ends",
        "",
        "Written by `python -m benchmarks.settings`: what once failed, every setting at its lowest and highest values,",
        "one at a time, then combinations drawn at random from all that is allowed (by Hypothesis, the same at every",
        "run). Each is generated, with 1,000 households over a month unless its name says otherwise, and checked; what",
        "once failed is measured for the report, too.",
        "",
        f"{len(found)} configurations: {states}.",
        "",
        "| configuration | result | statistics not judged | said |",
        "|---|---|---|---|",
    ]
    for each in found:
        said = "<br>".join(map(_cell, each.told))
        lines.append(f"| {_cell(each.name)} | {STATES[each.state]} | {len(each.not_judged)} | {said} |")
    lines += ["", "## Not judged, because", "", "| statistic | because | configurations |", "|---|---|---|"]
    reasons = Counter(re.sub(r"\d[\d,.]*", "…", line) for each in found for line in each.not_judged)
    for line, count in sorted(reasons.items()):
        name, reason = line.removeprefix("statistics.").split(": ", 1)
        lines.append(f"| {name} | {_cell(reason)} | {count} |")
    lines += ["", "## The combinations", ""]
    names = {each.name for each in found}
    for case in cases:
        if case.name.startswith("combination") and case.name in names:
            lines.append(f"- {case.name}: `{_cell(json.dumps(difference(case.config), default=str))}`")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    raise SystemExit(main())
