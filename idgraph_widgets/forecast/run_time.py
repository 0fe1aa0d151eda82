"""How long a run takes and how that is shared among its tables, before anything has run.

The seconds were measured (``python -m benchmarks.speed 1000 10000 100000 1000000 --write``: two cores, the
embedded engine, the defaults); between two measured sizes, and beyond the last, they lie on a straight line.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.forecast.estimate import estimate
from idgraph_widgets.schema import GENERATED


@dataclass(frozen=True)
class RunTime:
    """Expected seconds of a run, part by part.

    Attributes
    ----------
    start : float
        Until the first table is begun.
    tables : dict of str to (int, float)
        Expected rows and seconds of each table.
    checks : float
        Of the checks; 0 where none are run.
    """

    start: float = 0.0
    tables: dict[str, tuple[int, float]] = field(default_factory=dict)
    checks: float = 0.0

    @property
    def total(self) -> float:
        return self.start + sum(seconds for _, seconds in self.tables.values()) + self.checks

    def done(self, tables: Mapping[str, tuple[str, int]]) -> float:
        """Seconds of it that are behind a run.

        Parameters
        ----------
        tables : mapping of str to (str, int)
            State ("waiting", "running" or another) and rows so far. A table made in chunks has ended with its
            last one, so it is the rows that tell, where some are expected.
        """
        done = self.start
        for name, (state, rows) in tables.items():
            count, seconds = self.tables.get(name, (0, 0.0))
            if state != "waiting":
                share = rows / count if count else float(state != "running")
                done += seconds * min(1.0, share)
        return done


def run_time(rows: Mapping[str, int], checked: bool = True) -> RunTime:
    """What to expect of a run.

    Parameters
    ----------
    rows : mapping of str to int
        Expected rows of each table.
    checked : bool
        Whether its checks are run as well.
    """
    total = sum(rows.values())
    generation, start = _seconds("generation", total), _measured()[0]["start"]
    # What a table costs for being one at all: the rest of the time that no rows would take.
    own = max(0.0, _seconds("generation", 0) - start) / max(1, len(rows))
    by_row = max(0.0, generation - start - own * len(rows)) / max(1, total)
    tables = {name: (count, own + by_row * count) for name, count in rows.items()}
    return RunTime(start, tables, _seconds("checks", total) if checked else 0.0)


def time_of(config: GenerationConfig, checked: bool = True) -> RunTime:
    """`run_time` of a configuration's estimated rows; of even shares where they cannot be estimated."""
    try:
        known = {name: table.rows for name, table in estimate(config).tables.items()}
    except Exception:
        known = dict.fromkeys(GENERATED, 1)
    return run_time({table: known.get(table, 0) for table in GENERATED}, checked)


def expected_time(config: GenerationConfig, added: object | None = None, checked: bool = True) -> RunTime | None:
    """What to expect of a run; None of one that only adds to a dataset: its tables are not written as a whole.

    Parameters
    ----------
    config : GenerationConfig
    added : Growth, optional
        What it adds.
    checked : bool
        Whether its checks are run as well.
    """
    return time_of(config, checked) if added is None else None


def _seconds(part: str, rows: float) -> float:
    """Seconds of a part of a run with so many rows."""
    known = [(one["rows"], one[part]) for one in _measured()]
    pairs = list(itertools.pairwise(known))
    (x0, y0), (x1, y1) = next((pair for pair in pairs if rows <= pair[1][0]), pairs[-1])
    return max(0.0, y0 + (y1 - y0) * (rows - x0) / (x1 - x0))


@lru_cache(maxsize=1)
def _measured() -> list[dict[str, float]]:
    return json.loads(resources.files(__package__).joinpath("run_seconds.json").read_text(encoding="utf-8"))
