"""A process is told from another one that has its number."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import psutil
import pytest

from idgraph_widgets.processes import ProcessMark

pytestmark = pytest.mark.quick


def test_this_process_runs_and_its_mark_comes_back_from_a_file():
    mark = ProcessMark.of()
    assert mark.is_running and ProcessMark.from_text(mark.to_text()) == mark
    assert ProcessMark.from_text("4711") is None and ProcessMark.from_text("{}") is None


def test_a_later_process_with_the_same_number_is_another_one():
    mark = ProcessMark.of()
    assert not replace(mark, started=mark.started - 10).is_running
    assert not replace(mark, machine="elsewhere").is_running


def test_a_process_that_has_ended_is_not_running_before_and_after_it_was_waited_for():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        mark = ProcessMark.of(child.pid)
        assert mark.is_running
        child.stdin.close()
        while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
            pass
        assert not mark.is_running
    assert not mark.is_running
    with pytest.raises(ProcessLookupError, match="There is no process"):
        ProcessMark.of(child.pid)


def test_a_clock_that_is_set_changes_nothing(monkeypatch):
    """Start times are told with the machine's clock; an hour more in both is the same process."""
    mark, boot, created = ProcessMark.of(), psutil.boot_time(), psutil.Process.create_time
    monkeypatch.setattr(psutil, "boot_time", lambda: boot + 3_600)
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: created(process) + 3_600)
    assert mark.is_running


def test_a_process_that_may_not_be_looked_at_counts_as_running(monkeypatch):
    def refuse(process):
        raise psutil.AccessDenied(process.pid)

    mark = ProcessMark.of()
    monkeypatch.setattr(psutil.Process, "status", refuse)
    assert mark.is_running
