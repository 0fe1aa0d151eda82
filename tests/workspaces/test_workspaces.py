"""What a workspace lets a studio touch: no name and no link leads out of it."""

from __future__ import annotations

import json

import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.studio import Studio
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.workspaces import Workspace, seat


@pytest.fixture
def ada(tmp_path):
    workspace = Workspace.of("ada", tmp_path / "people")
    workspace.make()
    Workspace.of("bob", tmp_path / "people").make()
    return workspace


def test_no_name_and_no_link_leads_out(ada, tmp_path):
    bob = Workspace.of("bob", tmp_path / "people")
    (ada.root / "link").symlink_to(bob.root)
    (ada.root / "loop").symlink_to(ada.root / "loop")
    outside = ("..", "../x", "/", "/etc/x", str(bob.root / "x"), "link/x", "link", ".", "", "a/..", "a/../../x", "a\0b")
    for given in (*outside, str(ada.home), "../studio/runs"):
        with pytest.raises(ConfigError, match="outside your workspace"):
            ada.place(given)
    inside = (
        "data/demo",
        "./data",
        "~",
        "~bob/x",
        "a/../b",
        str(ada.root / "demo"),
        "...",
        "C:/x",
        "%2e%2e/x",
        "loop/x",
        "x" * 5000,
    )
    for given in inside:
        assert ada.place(given).startswith(str(ada.root.resolve())), given
    assert ada.shown(ada.place("data/demo")) == "data/demo"


def test_a_run_outside_is_refused_before_anything_is_written(ada):
    runs = Runs(ada)
    with pytest.raises(ConfigError, match="outside your workspace"):
        runs.start(GenerationConfig(), "../../elsewhere")
    with pytest.raises(ConfigError, match="write to folders"):
        runs.start(GenerationConfig(), None)
    assert not (ada.home / "runs").exists() and runs.current() is None


def test_a_kernel_takes_the_seat_that_its_server_gives(ada, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(seat.SEAT, str(tmp_path / "seat.json"))
    seat.give(tmp_path / "seat.json", ada)
    studio = Studio()
    try:
        assert studio.runs.workspace == ada and ada.root == ada.root.cwd()
        studio.state.set_target(folder="/tmp/elsewhere")
        studio.state.go_to(WizardStep.RUN)
        (problem,) = studio.state.problems
        assert problem.path == "target.folder" and "Name a folder in it" in problem.suggestion
        studio._run_panel.start(studio.config, "../x")
        assert "did not start" in studio.state.notice and studio.runs.current() is None
        studio.state.set_target(folder="data/mine")
        assert studio.state.problems == ()
    finally:
        studio.close()
    # What another has written into the session leads nowhere either.
    (ada.home / "target.json").write_text(json.dumps({"kind": "folder", "folder": "/etc"}), encoding="utf-8")
    monkeypatch.setenv(seat.SEAT, str(tmp_path / "seat.json"))
    studio = Studio()
    try:
        assert [problem.path for problem in studio.state.problems] == ["target.folder"]
    finally:
        studio.close()


def test_alone_on_a_machine_everything_is_within_reach(tmp_path):
    alone = Workspace(tmp_path / "home")
    assert alone.place("/srv/x") == "/srv/x" and alone.place("../x") == "../x" and not alone.shared
