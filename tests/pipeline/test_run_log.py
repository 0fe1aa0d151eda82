"""A run's log: its steps, and the traceback that people are spared, in a file that the error names."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from idgraph_widgets.cli import main
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.errors import RunCancelled, RunError
from idgraph_widgets.generators.people import individuals
from idgraph_widgets.pipeline import CancelToken, ProgressEvent, run_pipeline
from idgraph_widgets.pipeline.run_log import KEPT, LOGS, RunLog
from idgraph_widgets.studio.job import LOG
from idgraph_widgets.studio.runs import Runs


@pytest.fixture
def broken(monkeypatch):
    """A kernel that fails in the middle of a run, for a reason of its own; workers are threads of this process."""

    def make(*args, **options):
        raise ValueError("what the kernel said") from ZeroDivisionError("the reason behind it")

    monkeypatch.setattr(individuals, "make", make)


def logs(folder) -> list[Path]:
    return sorted(Path(folder, LOGS).glob("*.log"))


def test_a_failed_run_names_its_log_which_has_the_traceback(spark, config_1k, tmp_path, broken):
    with pytest.raises(RunError) as caught:
        run_pipeline(spark, config_1k, tmp_path / "d")
    [log] = logs(tmp_path / "d")
    assert caught.value.log == log and str(caught.value).endswith(f"Steps and traceback: {log}")
    text = log.read_text(encoding="utf-8")
    assert "0 of 1 blocks: campaigns, " in text and "Traceback" in text and "block.py" in text
    assert "ValueError: what the kernel said" in text
    assert not (tmp_path / "d" / "manifest.json").exists()


def test_the_command_line_names_it_too(tmp_path, broken, capsys):
    out = tmp_path / "d"
    assert main(["generate", "--households", "1000", "--out", str(out), "--quiet"]) == 3
    error = capsys.readouterr().err
    assert "ValueError: what the kernel said" in error and str(logs(out)[0]) in error and "Traceback" not in error


def test_a_studios_run_has_it_in_its_own_folder(spark, config_1k, tmp_path, broken):
    runs = Runs(tmp_path / "home", spark)
    started = runs.start(config_1k, str(tmp_path / "out"))
    run = runs.wait(timeout=60)
    log = tmp_path / "home" / "runs" / started.id / LOG
    assert run.state == "failed" and run.message.endswith(f"Steps and traceback: {log}")
    text = log.read_text(encoding="utf-8")
    assert "starting the engine" in text and "ValueError: what the kernel said" in text


def test_checks_that_cannot_be_run_leave_their_traceback(spark, config_1k, tmp_path, monkeypatch):
    def fail(*args, **options):
        raise KeyError("a column")

    monkeypatch.setattr("idgraph_widgets.quality.run_checks", fail)
    runs = Runs(tmp_path / "home", spark)
    started = runs.start(config_1k, str(tmp_path / "out"))
    run = runs.wait(timeout=120)
    log = tmp_path / "home" / "runs" / started.id / LOG
    assert run.state == "done" and run.checks == "failed" and str(log) in run.verdict
    assert "KeyError: 'a column'" in log.read_text(encoding="utf-8")


def test_a_good_run_logs_its_steps_to_whoever_listens(spark, config_1k, tmp_path, caplog):
    with caplog.at_level(logging.INFO, "idgraph_widgets"):
        result = run_pipeline(spark, config_1k, tmp_path / "d")
    rows = sum(e.rows for name, e in result.manifest.tables.items() if name != "generation_runs")
    [log] = logs(tmp_path / "d")
    text = log.read_text(encoding="utf-8")
    for lines in (text, caplog.text):
        assert ": households, 1,000 rows (" in lines and f"published {rows:,} rows in" in lines
    assert result.manifest.run_id in log.name


def test_a_log_tells_more_than_whoever_listens_needs(tmp_path, caplog):
    """Of a table its first rows and its last; the file has every step."""
    log = RunLog.of_dataset(tmp_path, "run")
    states = ("started", "started", "finished")
    with caplog.at_level(logging.INFO, "idgraph_widgets"):
        for step, state in enumerate(states):
            log.step(ProgressEvent(step, 2, "individuals", state, 9, 7 + step, 1.5))
    log.close()
    steps = [f"{step} of 2 blocks: individuals, {7 + step} rows (1.5 s)" for step in range(3)]
    assert [record.getMessage() for record in caplog.records] == [steps[0], steps[2]]
    text = log.path.read_text(encoding="utf-8")
    assert [line[24:] for line in text.splitlines()] == steps


def test_nothing_is_shown_to_whoever_does_not_listen(spark, config_1k, tmp_path, capfd):
    token = CancelToken()
    token.cancel()
    with pytest.raises(RunCancelled) as caught:
        run_pipeline(spark, config_1k, tmp_path / "d", cancel=token)
    assert caught.value.log is None and capfd.readouterr() == ("", "")
    assert "The run was cancelled." in logs(tmp_path / "d")[0].read_text(encoding="utf-8")


def test_a_dataset_keeps_its_latest_logs(tmp_path):
    for i in range(KEPT + 3):
        RunLog.of_dataset(tmp_path, f"run-{i:03}").close()
    assert [path.stem for path in logs(tmp_path)] == [f"run-{i:03}" for i in range(3, KEPT + 3)]


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / ".idgraph").write_text("in the way", encoding="utf-8")
    log, error = RunLog.of_dataset(tmp_path, "run"), RunError("What happened.")
    log.info("a line")
    assert log.ended(error, error) is error and str(error) == "What happened."


def test_foreign_folders_get_no_log(spark, tmp_path):
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    config = GenerationConfig(household_config=HouseholdConfig(num_households=1_000))
    with pytest.raises(Exception, match="not empty"):
        run_pipeline(spark, config, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
