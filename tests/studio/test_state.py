"""The studio's state: fields, problems, undo, steps, threads, sessions. No widgets, no Spark."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date

import pytest

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.studio import saving
from idgraph_widgets.studio.bar_data import bar_shown
from idgraph_widgets.studio.saving import Saver, restored
from idgraph_widgets.studio.session import SessionState, WizardStep
from idgraph_widgets.studio.snippet import as_python
from idgraph_widgets.studio.state import StudioState, Target

HOUSEHOLDS = "household_config.num_households"


def test_state_needs_no_widgets_and_no_spark():
    code = (
        "import sys; from idgraph_widgets.studio.state import StudioState; StudioState().set('seed', 1);"
        "from idgraph_widgets.studio.expected import cards; from idgraph_widgets.studio.session import WizardStep;"
        "[card.draw(StudioState().config, {}) for step in WizardStep for card in cards(step)];"
        "print([m for m in ('ipywidgets', 'anywidget', 'pyspark', 'plotly') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_observers_hear_of_a_change_once_with_its_path():
    state, heard = StudioState(), []
    state.subscribe(heard.append)
    state.set(HOUSEHOLDS, 5_000)
    state.set(HOUSEHOLDS, 5_000)
    assert [(change.topics, change.paths) for change in heard] == [({"config"}, {HOUSEHOLDS})]
    assert state.config.household_config.num_households == 5_000


def test_a_batch_is_told_as_one_change():
    state, heard = StudioState(), []
    state.subscribe(heard.append)
    with state.batch():
        state.set("seed", 1)
        state.set(HOUSEHOLDS, 2_000)
    assert [change.paths for change in heard] == [{"seed", HOUSEHOLDS}]


def test_a_wrong_value_is_kept_and_named_on_its_tab():
    state = StudioState()
    state.set("campaign_config.holdout_share", "much")
    state.set("end_date", "2024-01-01")
    assert state.value("campaign_config.holdout_share") == "much"
    assert [p.path for p in state.problems_at(WizardStep.CAMPAIGNS)] == ["campaign_config.holdout_share"]
    assert [p.path for p in state.problems_at(WizardStep.OUTPUT)] == ["end_date"]
    assert state.estimate is None
    state.reset("campaign_config.holdout_share")
    state.reset("end_date")
    assert state.problems == () and state.estimate.tables["households"].rows == 10_000


def test_an_unknown_field_is_an_error():
    with pytest.raises(KeyError, match=r"no field 'household_config\.rooms'"):
        StudioState().set("household_config.rooms", 3)


def test_undo_takes_back_whole_gestures_and_redo_makes_them_again():
    state = StudioState()
    for households in (2_000, 3_000, 4_000):  # one slider, dragged
        state.set(HOUSEHOLDS, households)
    state.set("seed", 5)
    state.undo()
    assert (state.config.seed, state.value(HOUSEHOLDS)) == (42, 4_000)
    state.undo()
    assert state.value(HOUSEHOLDS) == 10_000 and not state.can_undo
    state.redo()
    state.redo()
    assert (state.config.seed, state.value(HOUSEHOLDS)) == (5, 4_000) and not state.can_redo


def test_the_copy_handed_out_is_not_the_state():
    state = StudioState()
    state.config.household_config.num_households = 7_777
    assert state.value(HOUSEHOLDS) == 10_000


def test_the_catalog_needs_a_schema_and_the_folder_a_name():
    state = StudioState(catalog="delta")
    state.set_target(folder="  ")
    assert [problem.path for problem in state.problems] == ["target.folder"]
    state.set_target("catalog")
    assert [problem.path for problem in state.problems] == ["schema_name"]
    state.set("schema_name", "demo")
    assert state.problems == ()
    state.set("incremental", True)
    assert state.problems == ()
    without_delta = StudioState(catalog="session")
    without_delta.set_target("catalog")
    without_delta.set("schema_name", "demo")
    without_delta.set("incremental", True)
    assert [problem.path for problem in without_delta.problems] == ["incremental"]
    assert "Needs Delta" in without_delta.problems[0].suggestion


def test_a_catalog_needs_a_session_and_what_a_place_can_do_is_known():
    state = StudioState()
    assert not state.has_catalog and state.can.place == "folder" and state.can["append"]
    state.set_target("catalog")
    state.set("schema_name", "demo")
    assert [problem.path for problem in state.problems] == ["target.kind"]
    assert "Studio(spark=spark)" in state.problems[0].suggestion
    assert state.estimate.rows > 0  # what would be written is known all the same
    state.set_target("folder")
    assert state.problems == ()
    with_session = StudioState(catalog="databricks")
    with_session.set_target("catalog")
    assert with_session.has_catalog and with_session.can["keys"] and with_session.can["append"]


def test_columns_of_ones_own_are_kept(tmp_path):
    """They have no form: what a file says of them stays, through changes, undoing and a page opened again."""
    columns = [{"name": "tier", "table": "individuals", "values": ["basic", "gold"]}]
    state = StudioState()
    state.replace(GenerationConfig.from_yaml(GenerationConfig(extra_columns=columns).to_yaml()))
    state.set("seed", 7)
    state.undo()
    state.redo()
    state.session().save(tmp_path / "session.json")
    assert SessionState.load(tmp_path / "session.json").config.extra_columns == columns
    assert GenerationConfig.from_yaml(state.peek(lambda config: config.to_yaml())).extra_columns == columns
    state.set("extra_columns", [{**columns[0], "table": "homes"}])
    assert [problem.path for problem in state.problems] == ["extra_columns[0].table"]


def test_a_sample_counts_only_for_the_configuration_it_was_made_from():
    state = StudioState()
    state.set_sample(state.config, {"household_size": {1: 1.0}})
    state.set(HOUSEHOLDS, 50_000)  # the first rows stay the same
    assert state.sample == {"household_size": {1: 1.0}}
    state.set("seed", 43)
    assert state.sample == {}


def test_changes_from_many_threads_are_all_kept_and_told_in_order():
    state, heard = StudioState(), []
    state.subscribe(lambda change: heard.append((change, state.value("seed"))))
    fields = ["campaign_config.num_advertisers", "audience_config.lookback_days", "seed", HOUSEHOLDS]

    def work(path, start):
        for i in range(40):
            state.set(path, start + i)

    threads = [threading.Thread(target=work, args=(path, 1_000 + 100 * i)) for i, path in enumerate(fields)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [state.value(path) for path in fields] == [1_039, 1_139, 1_239, 1_339]
    seeds = [seed for _, seed in heard if seed != 42]
    assert seeds == sorted(seeds) and len(heard) <= 160
    assert set().union(*(change.paths for change, _ in heard)) == set(fields)


def test_an_observer_may_change_the_state():
    state = StudioState()
    state.subscribe(lambda change: "seed" in change.paths and state.set(HOUSEHOLDS, 3_000))
    state.set("seed", 1)
    assert state.value(HOUSEHOLDS) == 3_000


def test_a_session_outlives_the_kernel(tmp_path):
    state = StudioState(target=Target("folder", "data/there"))
    saver = Saver(tmp_path, state)
    state.set(HOUSEHOLDS, 5)  # not valid; kept all the same
    state.go_to(WizardStep.CAMPAIGNS)
    saver.close()
    session, target, notice = restored(tmp_path)
    assert (session.config.household_config.num_households, session.step) == (5, WizardStep.CAMPAIGNS)
    assert session.history == [WizardStep.HOUSEHOLDS] and target.folder == "data/there" and "back" in notice


def test_a_session_that_cannot_be_read_is_set_aside(tmp_path):
    (tmp_path / "session.json").write_text("{", encoding="utf-8")
    session, target, notice = restored(tmp_path)
    assert session == SessionState() and target is None and "set aside" in notice
    assert (tmp_path / "session.unreadable.json").read_text(encoding="utf-8") == "{"


@pytest.fixture
def two_pages(tmp_path, monkeypatch):
    """Two states of one session, each with a saver that writes when it is told to."""
    monkeypatch.setattr("idgraph_widgets.studio.saving._QUIET", 3600)
    first = StudioState()
    first_saver = Saver(tmp_path, first)
    first_saver.save()
    second = StudioState(*restored(tmp_path)[:2])
    second_saver = Saver(tmp_path, second)
    yield (first, first_saver), (second, second_saver)
    for saver in (first_saver, second_saver):
        saver._stop()
        if saver._timer is not None:
            saver._timer.cancel()


def saved(folder):
    return restored(folder)[0].config


def test_a_second_page_undoes_nothing_that_the_first_has_saved(two_pages, tmp_path):
    (first, first_saver), (second, second_saver) = two_pages
    first.set(HOUSEHOLDS, 25_000)
    first_saver.save()
    second.set("seed", 7)
    second_saver.save()
    assert saved(tmp_path).household_config.num_households == 25_000 and saved(tmp_path).seed == 42
    assert second.other.config == first.config
    differences = bar_shown(second)["other"]
    assert "Households (25000 there, 10000 here)" in differences and "Seed (42 there, 7 here)" in differences
    (kept,) = tmp_path.glob("unsaved-*.yaml")
    assert GenerationConfig.from_file(kept) == second.config and str(kept) in restored(tmp_path)[2]


@pytest.mark.parametrize("take", [True, False])
def test_a_person_chooses_between_the_two_versions(two_pages, tmp_path, take):
    (first, first_saver), (second, second_saver) = two_pages
    first.set(HOUSEHOLDS, 25_000)
    first.set_target("folder", "elsewhere")
    first_saver.save()
    second.set("seed", 7)
    second_saver.save()
    mine = second.config
    second.settle(take)
    assert second.other is None and bar_shown(second)["other"] == ""
    second_saver.save()
    assert saved(tmp_path) == second.config == (first.config if take else mine)
    assert second.target.folder == ("elsewhere" if take else "data/studio")
    assert list(tmp_path.glob("unsaved-*.yaml")) == []
    if take:
        second.undo()
        assert second.config == mine
    else:
        # The first page has changed nothing since: it follows when somebody comes back to it.
        first_saver.catch_up(walk=False)
        assert first.config == mine and "Another page" in first.notice and first.can_undo


def test_a_page_where_nothing_was_changed_follows_and_keeps_its_step(two_pages, tmp_path):
    (first, first_saver), (second, second_saver) = two_pages
    first.set(HOUSEHOLDS, 25_000)
    first_saver.save()
    second.go_to(WizardStep.CAMPAIGNS)
    second_saver.save()
    second_saver._timer.cancel()
    assert second.other is None and second.config == first.config and second.step is WizardStep.CAMPAIGNS
    second_saver.save()
    assert saved(tmp_path) == first.config


def test_a_page_started_before_the_session_was_removed_starts_afresh(two_pages, tmp_path):
    (first, first_saver), (second, second_saver) = two_pages
    first.set(HOUSEHOLDS, 25_000)
    first.go_to(WizardStep.CAMPAIGNS)
    first.set_target("folder", "elsewhere")
    first_saver.save()
    second_saver.catch_up()
    assert second.config == first.config and second.step is WizardStep.CAMPAIGNS
    for name in (saving.SESSION, saving.TARGET):
        (tmp_path / name).unlink()
    second.set("seed", 7)
    second_saver.catch_up()
    assert second.config.seed == 7, "what was changed here is not thrown away"
    first_saver.catch_up(walk=False)
    assert first.step is WizardStep.CAMPAIGNS, "a page in use stays as it is"
    first_saver.catch_up()
    assert first.config == GenerationConfig() and first.step is WizardStep.HOUSEHOLDS
    assert first.target.folder == "data/studio"


def test_equal_changes_and_steps_are_no_disagreement(two_pages, tmp_path):
    (first, first_saver), (second, second_saver) = two_pages
    first.set("seed", 7)
    first.go_to(WizardStep.OUTPUT)
    first_saver.save()
    second.set("seed", 7)
    second_saver.save()
    assert second.other is None and saved(tmp_path).seed == 7
    second.set("seed", "many")
    second_saver.save()
    second.set("seed", float("nan"))
    second_saver.save()
    assert second.other is None


def test_of_two_that_save_at_once_one_is_asked(two_pages, tmp_path):
    (first, first_saver), (second, second_saver) = two_pages
    first.set("seed", 1)
    second.set("seed", 2)
    threads = [threading.Thread(target=saver.save) for saver in (first_saver, second_saver)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    asked = [state for state in (first, second) if state.other]
    assert len(asked) == 1 and saved(tmp_path).seed == asked[0].other.config.seed != asked[0].config.seed


def test_python_snippet_builds_the_same_configuration():
    config = GenerationConfig(seed=7, end_date=date(2025, 6, 1), household_config=HouseholdConfig(2_500))
    config.campaign_config.frequency_caps["ctv"]["daily"] = 1
    config.household_config.income_brackets = {"<50K": 0.5, "50K+": 0.5}
    source = as_python(config).split("\nwith ")[0]
    names: dict = {}
    exec(source, names)
    assert names["config"] == config
