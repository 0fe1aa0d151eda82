"""How long the studio says that a run takes, and what a finished run teaches it."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.forecast.run_time import run_time, time_of
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.studio.run_panel import RunPanel
from idgraph_widgets.studio.run_record import StudioRun, applied
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.slowness import slowness
from idgraph_widgets.studio.state import StudioState

MEASURED = json.loads(resources.files("idgraph_widgets.forecast").joinpath("run_seconds.json").read_text())


def config(households):
    made = GenerationConfig()
    made.household_config.num_households = households
    return made


def finished(seconds, rows=1_000_000, **values):
    tables = {"households": ("done", rows)}
    plain = json.loads(GenerationConfig().to_json())
    values = {"state": "done", "checks": "done", **values}
    return StudioRun("x", "run", plain, "out", tables=tables, rows=rows, seconds=seconds, **values)


@pytest.mark.parametrize("one", MEASURED, ids=lambda one: f"{one['households']:,}")
def test_what_was_measured_is_what_is_expected(one):
    expected = run_time({"a": one["rows"] - 1_000, "b": 1_000})
    assert expected.total == pytest.approx(one["generation"] + one["checks"])
    assert expected.checks == pytest.approx(one["checks"])
    assert run_time({"a": one["rows"]}, checked=False).total == pytest.approx(one["generation"])
    assert expected.tables["a"][1] > expected.tables["b"][1] > 0


def test_more_rows_take_longer_and_every_table_something():
    seconds = [time_of(config(n)).total for n in (1_000, 3_000, 20_000, 300_000, 5_000_000)]
    assert seconds == sorted(seconds) and len(set(seconds)) == 5
    expected = time_of(config(1_000))
    assert list(expected.tables) == list(GENERATED) and min(s for _, s in expected.tables.values()) > 0
    wrong = config(1_000)
    wrong.household_config.num_households = "many"
    assert list(time_of(wrong).tables) == list(GENERATED)


def test_progress_follows_the_expected_seconds():
    expected = run_time({"a": 1_000, "b": 9_000})
    run = applied(finished(None, state="running"), {"event": "phase", "phase": "generating"}, expected)
    event = {"event": "progress", "table": "a", "state": "finished", "rows": 1_000, "table_rows": 1_000}
    half = applied(run, event, expected)
    assert half.fraction == pytest.approx((expected.start + expected.tables["a"][1]) / expected.total)
    checking = applied(half, {"event": "checks", "done": 1, "total": 4}, expected)
    assert checking.fraction == pytest.approx(1 - 0.75 * expected.checks / expected.total)


def test_a_slow_machine_is_known_by_its_own_runs():
    usual = run_time({"households": 1_000_000}).total
    assert slowness([]) == 1
    assert slowness([finished(3 * usual)]) == pytest.approx(3)
    # One run that met a busy moment changes little; what was skipped, failed or only added tells nothing.
    assert slowness([finished(9 * usual), finished(2 * usual), finished(2 * usual)]) == pytest.approx(2)
    added = finished(9 * usual)
    others = [
        finished(1, checks="cancelled"),
        finished(1, state="failed"),
        replace(added, config={**added.config, "incremental": True}),
    ]
    assert slowness(others) == 1


def test_the_run_panel_says_so(messages, tmp_path, monkeypatch):
    state, runs = StudioState(), Runs(tmp_path)
    first = RunPanel(state, runs).expected["time"]
    usual = time_of(state.config).total
    assert first == f"about {round(usual)} s"
    monkeypatch.setattr(runs, "history", lambda: [finished(3 * usual, rows=state.estimate.rows)])
    assert RunPanel(state, runs).expected["time"] != first
