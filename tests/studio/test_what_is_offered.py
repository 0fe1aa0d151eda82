"""A studio shows what its workspace offers, and says the truth about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.studio import as_job
from idgraph_widgets.studio.form_data import place_shown
from idgraph_widgets.studio.plain.bar import PlainSteps
from idgraph_widgets.studio.plain.run import PlainRunPanel
from idgraph_widgets.studio.plain.target import PlainTarget
from idgraph_widgets.studio.run_panel import RunPanel
from idgraph_widgets.studio.run_request import request_of
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.studio.target import Target
from idgraph_widgets.workspaces import Workspace
from idgraph_widgets.workspaces.workspace import schema_prefix


@pytest.fixture
def owner(tmp_path):
    """A function that gives a workspace in which these places are offered."""

    def owner(*places):
        more = {"queue": tmp_path / "queue.sqlite", "places": places, "catalog": "main" if "catalog" in places else ""}
        made = Workspace.of("ada", tmp_path / "people", **more)
        made.make()
        return made

    return owner


@pytest.mark.parametrize("panel", [RunPanel, PlainRunPanel])
def test_the_run_panel(panel, owner, messages):
    for places, here in ((("catalog",), False), (("folder", "catalog"), True)):
        state = StudioState(workspace=owner(*places), catalog="databricks")
        state.set_target("catalog")
        made = panel(state, Runs(owner(*places), jobs=as_job.open_jobs))
        offered = made._asked()
        assert (offered["ready"]["shown"], offered["ready"]["ok"]) == (here, False)
        assert offered["job"] == {"shown": True, "ok": True, "reason": ""} and ("time" in offered["expected"]) == here
        assert offered["expected"]["place"] == f"main.{schema_prefix('ada')}demo"
        made.generate()
        assert made.runs.current() is None
        made.close()


def test_the_places_of_the_form(owner, messages):
    for places, kind in ((("catalog",), "catalog"), (("folder",), "folder"), (("folder", "catalog"), "folder")):
        state = StudioState(workspace=owner(*places), catalog="databricks")
        shown, plain = place_shown(state), PlainTarget(state)
        plain.refresh(shown, {})
        assert (shown["kind"], shown["kinds"]) == (kind, list(places))
        assert [value for _, value in plain.kind.options] == list(places) and plain.kind.value == kind
        assert state.target.kind == kind
        plain.close()


def test_a_trial_that_is_not_offered_is_not_shown(messages):
    steps = PlainSteps(StudioState())
    steps.trial = {"enabled": True, "text": "", "offered": False}
    assert steps.try_first.layout.display == "none" and steps.trial["offered"] is False
    steps.trial = {"enabled": True, "text": ""}
    assert steps.try_first.layout.display is None
    steps.close()


def test_engines_are_there_to_choose_from_where_there_are_several(owner, messages, tmp_path):
    made = replace(owner("folder"), engines=("spark", "embedded"))
    state, runs = StudioState(workspace=made), Runs(made)
    shown, plain = place_shown(state), PlainTarget(state)
    assert shown["engine"] == "spark" and shown["engines"] == [["spark", "Spark"], ["embedded", "the embedded engine"]]
    plain.refresh(shown, {})
    assert plain.engine.value == "spark" and plain.engine.layout.display is None and state.target.engine == ""
    plain.engine.value = "embedded"
    assert state.target.engine == "embedded" and state.problems == ()
    plain.refresh(place_shown(state), {})
    assert plain.engine.value == "embedded"
    RunPanel(state, runs).generate()
    asked = request_of(runs.kept.of(runs.current().id))
    assert asked.engine == "embedded" and asked.out == str(made.root / "data" / "studio")
    runs.cancel()
    # One is no choice.
    only = owner("folder")
    plain.refresh(place_shown(StudioState(workspace=only)), {})
    assert plain.engine.layout.display == "none"
    plain.close()


def test_an_engine_that_is_not_offered_is_refused_in_words(owner, messages):
    only = owner("folder")
    state = StudioState(target=Target(engine="spark"), workspace=only)
    assert state.target.engine == "" and state.problems == ()
    state.set_target(engine="spark")
    assert str(state.problems[0].message) == (
        "target.engine: found Spark; allowed: the embedded engine. "
        "Choose the embedded engine on the Output tab: nothing else is offered here."
    )
    runs = Runs(only)
    with pytest.raises(ConfigError, match="Here runs work on the embedded engine; found Spark"):
        runs.start(GenerationConfig(), "data/demo", engine="spark")
    assert runs.current() is None
    state.set_target(engine="")
    assert state.problems == ()
