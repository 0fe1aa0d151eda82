"""The progress bar: where a person looks on, with percent and time left; never in a pipe."""

from __future__ import annotations

import re
import sys
from contextlib import redirect_stderr

import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.forecast.run_time import expected_time, run_time
from idgraph_widgets.pipeline import ProgressEvent, run_pipeline
from idgraph_widgets.progress_bar import ProgressBar, is_watched, shown, together


class Terminal:
    """A stream that somebody looks at."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """What puts a terminal in the place of standard error; pytest puts its own there before a test."""
    monkeypatch.setenv("COLUMNS", "120")
    return lambda: redirect_stderr(Terminal())


def event(table, state, table_rows=0, step=1, steps=4):
    return ProgressEvent(step, steps, table, state, table_rows, table_rows, 1.0)


def percents(text):
    return [int(found) for found in re.findall(r"(\d+)%\|", text)]


def test_a_run_on_a_terminal_shows_percent_and_time_left(spark, config_1k, tmp_path, terminal):
    with terminal() as shown_there:
        run_pipeline(spark, config_1k, tmp_path / "d")
    seen = percents(shown_there.text)
    assert seen == sorted(seen) and len(set(seen)) > 8 and seen[-1] == 100
    assert re.search(r"households, [\d,]+ rows +\d+%\|.*\| 00:\d\d, about \d\d:\d\d left", shown_there.text)


def test_checks_on_a_terminal_show_theirs(dataset_1k, terminal):
    from idgraph_widgets import run_checks

    given = dataset_1k.tables(), dataset_1k.config
    with terminal() as shown_there:
        run_checks(dataset_1k.spark, *given, groups=["structure"])
    assert percents(shown_there.text)[-1] == 100 and re.search(r"check \d+ of \d+: ", shown_there.text)
    with terminal() as shown_there:
        run_checks(dataset_1k.spark, *given, only=["households.none_missing"], progress=False)
    assert shown_there.text == ""


def test_nothing_in_a_pipe_or_where_the_caller_shows_it(spark, config_1k, tmp_path, capfd, monkeypatch):
    assert not is_watched()
    run_pipeline(spark, config_1k, tmp_path / "d")
    assert capfd.readouterr() == ("", "")
    monkeypatch.setattr("idgraph_widgets.progress_bar.is_watched", lambda: True)
    with shown(print, None) as bar:
        assert bar is None
    with shown(print, True) as bar:
        assert bar is not None


def test_a_notebook_is_watched(monkeypatch):
    class Kernel:
        kernel = object()

    class IPython:
        @staticmethod
        def get_ipython():
            return Kernel()

    monkeypatch.setitem(sys.modules, "IPython", IPython)
    assert is_watched()


def test_the_bar_follows_the_expected_seconds(terminal):
    expected = run_time({"a": 1_000, "b": 9_000})
    with terminal() as shown_there:
        bar = ProgressBar(expected)
        assert bar.left == pytest.approx(expected.total, abs=0.5)
        bar(event("a", "finished", 1_000))
        done = (expected.start + expected.tables["a"][1]) / expected.total
        assert percents(shown_there.text)[-1] == round(100 * done)
        bar.checks(1, 4, "x")
        assert percents(shown_there.text)[-1] == round(100 * (1 - 0.75 * expected.checks / expected.total))
        bar.finish()
        bar.close()
        bar.close()
    assert percents(shown_there.text)[-1] == 100


def test_a_table_in_chunks_is_not_done_with_its_first_one():
    """The studio's bar, too, ran to its end with the first of many chunks and stood there."""
    expected = run_time({"a": 10_000})
    one = expected.done({"a": ("done", 1_000)})
    assert one == pytest.approx(expected.start + 0.1 * expected.tables["a"][1])
    assert expected.done({"a": ("done", 12_000)}) == expected.start + expected.tables["a"][1]
    assert run_time({"a": 0}).done({"a": ("running", 0)}) < run_time({"a": 0}).done({"a": ("done", 0)})


def test_an_append_counts_its_steps(terminal):
    assert expected_time(GenerationConfig(), added=object()) is None
    with terminal() as shown_there:
        bar = ProgressBar(None)
        assert bar.left is None
        bar(event("a", "finished", step=2))
        bar.close()
    assert percents(shown_there.text)[-1] == 50


def test_listeners_beside_each_other():
    seen = []
    together(None, seen.append, lambda what: seen.append(what * 2))(2)
    assert seen == [2, 4] and together(None, None) is None
