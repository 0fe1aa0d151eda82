"""Forms, plots and the bar with a comm that records: what a change costs, what messages say."""

from __future__ import annotations

import json
import threading

import pytest

from idgraph_widgets.config import GenerationConfig, field_table
from idgraph_widgets.studio import form as forms
from idgraph_widgets.studio.bar import StudioBar, StudioSteps
from idgraph_widgets.studio.chart import DistributionChart, PlotBoard
from idgraph_widgets.studio.fields import form_spec
from idgraph_widgets.studio.paths import FORM_STEPS
from idgraph_widgets.studio.run_panel import RunPanel
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.studio.svg_board import SvgBoard
from idgraph_widgets.widgets.browser import modules
from idgraph_widgets.widgets.host import detect
from idgraph_widgets.widgets.view import library, plotly_source

HOUSEHOLDS = "household_config.num_households"


def from_browser(view, **content):
    """What arrives when the view's half in the browser sends a message."""
    view._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


def test_every_field_of_the_configuration_is_on_exactly_one_form():
    shown = [spec["path"] for step in FORM_STEPS for spec in form_spec(step)]
    assert sorted(shown) == sorted(row["path"] for row in field_table() if not row["is_section"])


@pytest.mark.parametrize("step", FORM_STEPS, ids=lambda step: step.value)
def test_every_form_travels_as_json_in_less_than_a_megabyte(messages, step):
    forms.FORMS[step](StudioState())
    sizes = [len(json.dumps(message["data"], allow_nan=False)) for message in messages]
    assert sizes and max(sizes) < 200_000


def test_a_slider_costs_at_most_four_messages_and_moves_only_its_plot(messages):
    state = StudioState()
    form, board = forms.HouseholdForm(state), PlotBoard(state, WizardStep.HOUSEHOLDS)
    bar, other = StudioBar(state), PlotBoard(state, WizardStep.CAMPAIGNS)
    StudioSteps(state)
    messages.clear()
    shares = {**state.value("household_config.size_distribution.shares"), 1: 0.3, 2: 0.34}
    from_browser(form, do="set", values={"household_config.size_distribution.shares": shares}, token="a-1")
    # The fourth is the one that came from the browser.
    assert len(messages) <= 3
    changed = {m["comm"]: set(m["data"]["state"]) for m in messages}
    assert changed[board.comm.comm_id] == {"f0"} and "ack" in changed[form.comm.comm_id]
    assert other.comm.comm_id not in changed and bar.comm.comm_id in changed


def test_a_hidden_tab_catches_up_when_it_is_shown(messages):
    state = StudioState()
    board = PlotBoard(state, WizardStep.CAMPAIGNS)
    before = board.f0
    state.set("campaign_config.campaigns_per_period", 30)
    assert board.f0 == before
    state.go_to(WizardStep.CAMPAIGNS)
    assert board.f0 != before


def test_a_plot_that_cannot_be_drawn_pales_and_keeps_the_last_good_one(messages):
    state = StudioState()
    board = PlotBoard(state, WizardStep.HOUSEHOLDS)
    good = board.f0["figure"]
    state.set("household_config.size_distribution.mean", "two")
    assert board.f0["stale"] and board.f0["figure"] == good
    state.reset("household_config.size_distribution.mean")
    assert not board.f0["stale"]


def test_form_says_in_words_what_is_wrong_and_where(messages):
    form = forms.HouseholdForm()
    from_browser(form, do="set", values={HOUSEHOLDS: 5}, token="a-1")
    (problem,) = form.problems[HOUSEHOLDS]
    assert problem["text"] == ("Found 5. Allowed: a whole number, 1,000 to 10,000,000. Raise it to at least 1,000.")
    brackets = {**form.values["household_config.income_brackets"], "150K+": 0.3}
    from_browser(form, do="set", values={"household_config.income_brackets": brackets}, token="a-2")
    (problem,) = form.problems["household_config.income_brackets"]
    assert problem["text"].startswith("The shares add up to 106.6 %, not 100 %.") and form.ack == "a-2"


def test_shares_are_told_in_percent(messages):
    form = forms.IdentityForm()
    path = "demographics_config.identity_mappings.ios_share"
    from_browser(form, do="set", values={path: 1.2}, token="a")
    assert form.problems[path][0]["text"] == "Found 120 %. Allowed: 0 to 100 %. Lower it to at most 100 %."


@pytest.mark.parametrize(
    "content",
    [
        {"do": "set", "values": {"household_config.rooms": 1}, "token": "x"},
        {"do": "reset", "path": "nothing"},
        {"do": "target", "kind": "ftp"},
        {"do": "_receive"},
        {"do": "close_all"},
        {"no": "do"},
    ],
)
def test_what_no_form_sends_changes_nothing(messages, content):
    form = forms.HouseholdForm()
    before = form.config
    from_browser(form, **content)
    assert form.config == before and form.state.target.kind == "folder"


def test_size_mode_switches_both_ways_and_keeps_the_mean(messages):
    form = forms.HouseholdForm()
    from_browser(form, do="size_mode", mode="mean")
    sizes = form.config.household_config.size_distribution
    assert (sizes.mean, sizes.shares) == (2.41, None) and not form.state.problems
    from_browser(form, do="size_mode", mode="shares")
    sizes = form.config.household_config.size_distribution
    assert sizes.mean is None and not form.state.problems
    assert sum(k * v for k, v in sizes.shares.items()) == pytest.approx(2.41, abs=0.01)


def test_bar_counts_problems_per_tab_and_jumps_to_the_first(messages):
    state, seen = StudioState(), []
    bar = StudioBar(state, seen.append)
    state.set("campaign_config.holdout_share", 3)
    assert {name: count for name, _, count in bar.tabs if count} == {"campaigns": 1}
    from_browser(bar, do="jump")
    assert state.step is WizardStep.CAMPAIGNS and seen == ["campaign_config.holdout_share"]


def test_import_says_what_is_wrong_and_changes_nothing(messages):
    state = StudioState()
    bar = StudioBar(state)
    from_browser(bar, do="import", text="seed: 7\nhousehold_config: {num_homes: 3}")
    assert "num_homes" in messages[-1]["data"]["content"]["error"] and state.config == GenerationConfig()
    from_browser(bar, do="import", text=GenerationConfig(seed=7).to_json(), name="mine.json")
    assert state.config.seed == 7 and "mine.json" in state.notice


@pytest.mark.parametrize(("form", "read"), [("yaml", GenerationConfig.from_yaml), ("json", GenerationConfig.from_json)])
def test_export_is_what_import_reads(messages, form, read):
    state = StudioState()
    state.set("seed", 99)
    from_browser(StudioBar(state), do="text", form=form)
    assert read(messages[-1]["data"]["content"]["text"]) == state.config


def test_presets_load_and_can_be_undone(messages):
    state = StudioState()
    bar = StudioBar(state)
    state.set("seed", 5)
    from_browser(bar, do="preset", name="tiny")
    assert (state.config.seed, state.value(HOUSEHOLDS)) == (42, 1_000)
    from_browser(bar, do="undo")
    assert (state.config.seed, state.value(HOUSEHOLDS)) == (5, 10_000)


def test_next_and_back_walk_the_tabs(messages):
    state = StudioState()
    steps = StudioSteps(state)
    for _ in range(3):
        from_browser(steps, do="move", way="next")
    assert state.step is WizardStep.ENGAGEMENT and steps.next == "Audience"
    from_browser(steps, do="move", way="back")
    assert state.step is WizardStep.IDENTITY_GRAPH and steps.place == "Step 3 of 9"


def test_browser_code_and_plotly_travel_once(messages):
    PlotBoard(StudioState(), WizardStep.HOUSEHOLDS)
    PlotBoard(StudioState(), WizardStep.ENGAGEMENT)
    DistributionChart({"data": [], "layout": {}})
    big = [m for m in messages if sum(map(len, m["buffers"])) > 100_000]
    assert len(big) == 1 and sum(map(len, big[0]["buffers"])) < 1_600_000
    assert sum(m["data"]["state"].get("modules") == modules() for m in messages) == 1
    assert library() is library() and plotly_source() is plotly_source()


def test_views_that_were_closed_hear_nothing(messages):
    state = StudioState()
    views = [forms.HouseholdForm(state), PlotBoard(state, WizardStep.HOUSEHOLDS), StudioBar(state)]
    for view in views:
        view.close()
    messages.clear()
    state.set("seed", 1)
    assert messages == []


def test_two_threads_may_use_two_forms_at_once(messages):
    state = StudioState()
    pair = [forms.HouseholdForm(state), forms.CampaignForm(state)]
    paths = [HOUSEHOLDS, "campaign_config.num_advertisers"]

    def work(form, path):
        for i in range(30):
            from_browser(form, do="set", values={path: 1_000 + i}, token=f"t-{i}")

    threads = [threading.Thread(target=work, args=both) for both in zip(pair, paths)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [state.value(path) for path in paths] == [1_029, 1_029]
    assert [form.ack for form in pair] == ["t-29", "t-29"]
    assert pair[0].values[HOUSEHOLDS] == 1_029


def test_the_output_form_says_what_its_target_cannot_do(messages):
    state = StudioState(catalog="session")
    form = forms.OutputForm(state)
    assert form.target["closed"] == {} and form.target["off"] == {}
    from_browser(form, do="target", kind="catalog")
    assert "Needs Delta" in form.target["off"]["incremental"]
    features = {label: (able, note) for label, able, note in form.target["can"]}
    assert features["Write a dataset"][0] and features["Compaction"] == (False, "Needs Delta.")
    assert "Studio(spark=spark)" in forms.OutputForm().target["closed"]["catalog"]


def test_generate_is_off_and_says_why_while_a_catalog_has_no_session(messages, tmp_path):
    state = StudioState()
    state.set("schema_name", "demo")
    state.set_target("catalog")
    panel = RunPanel(state, Runs(tmp_path))
    assert not panel.ready["ok"] and "no Spark session" in panel.ready["reason"]
    assert "Studio(spark=spark)" in panel.ready["reason"]
    panel.generate()
    assert panel.runs.current() is None
    state.set_target("folder")
    assert panel.ready == {"shown": True, "ok": True, "reason": ""}


def test_svg_board_follows_the_state(messages):
    state = StudioState()
    board = SvgBoard(state, WizardStep.HOUSEHOLDS)
    before = [cell.value for cell in board._cells]
    state.set("household_config.income_brackets", {"<50K": 0.5, "50K+": 0.5})
    assert [a != b.value for a, b in zip(before, board._cells)] == [False, True, False]
    assert "&lt;50K" in board._cells[1].value


def test_hosts_are_told_apart():
    assert detect({"DATABRICKS_RUNTIME_VERSION": "17.3"}).name == "databricks"
    assert detect({"VSCODE_PID": "1"}).name == "vscode"
    assert detect({"VOILA_KERNEL_ID": "x"}).name == "voila"
    assert detect({}).custom_widgets and not detect({"IDGRAPH_PLOTS": "svg"}).custom_widgets
