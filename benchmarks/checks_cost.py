"""What each pass of checks costs, in seconds of processor time, which other programs change less than the seconds.

    python -m benchmarks.checks_cost data/demo
    python -m benchmarks.checks_cost data/demo --engine spark --times 2 --most 20

Passes run one at a time, in one process, the engine's own included. The first time around the engine is cold: on
classic Spark, code is generated and compiled. ``--together`` runs passes as checks run and tells their sums only.
"""

from __future__ import annotations

import argparse
import time

import psutil

from idgraph_widgets import Dataset, start_engine
from idgraph_widgets.quality import run_checks, runner
from idgraph_widgets.quality.sample import spread


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("--engine", default="embedded", choices=["embedded", "spark", "connect"])
    parser.add_argument("--times", type=int, default=1, help="how often all checks are run")
    parser.add_argument("--most", type=int, default=30, help="passes to show, the dearest first")
    parser.add_argument("--together", action="store_true", help="as many passes at the same time as usual")
    arguments = parser.parse_args()
    if not arguments.together:
        runner.AT_ONCE = 1
    with start_engine(arguments.engine, queries_at_once=runner.AT_ONCE) as engine:
        dataset = Dataset(arguments.dataset, spark=engine.spark)
        blocks = spread(dataset.config.household_config.num_households)
        for _ in range(arguments.times):
            costs, begun = _Costs(), _now()
            report = run_checks(
                engine.spark, dataset.tables(), dataset.config, dataset.manifest, on_progress=costs, blocks=blocks
            )
            ended = _now()
            print(report.verdict)
            print(f"{ended[0] - begun[0]:.1f} s of processor time, {ended[1] - begun[1]:.1f} s in all")
            if not arguments.together:
                _show(costs.passes, arguments.most)


class _Costs:
    """Adds up what passes cost, as they are reported to have ended."""

    def __init__(self) -> None:
        self.passes: dict[str, tuple[float, float, int]] = {}
        self._last = _now()

    def __call__(self, _done: int, _total: int, name: str) -> None:
        now, (cpu, seconds, many) = _now(), self.passes.get(name, (0.0, 0.0, 0))
        self.passes[name] = (cpu + now[0] - self._last[0], seconds + now[1] - self._last[1], many + 1)
        self._last = now


def _show(passes: dict[str, tuple[float, float, int]], most: int) -> None:
    print("| pass | queries | processor time, s | seconds |")
    print("|---|---|---|---|")
    for name, (cpu, wall, many) in sorted(passes.items(), key=lambda entry: -entry[1][0])[:most]:
        print(f"| {name} | {many} | {cpu:.2f} | {wall:.2f} |")


def _now() -> tuple[float, float]:
    """Processor time of this process and its children so far, and the time."""
    tree = [psutil.Process(), *psutil.Process().children(recursive=True)]
    cpu = sum(sum(one.cpu_times()[:2]) for one in tree)
    return cpu, time.perf_counter()


if __name__ == "__main__":
    main()
