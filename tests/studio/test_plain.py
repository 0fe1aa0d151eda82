"""The studio of core widgets, for hosts that run no custom ones: what it shows, what a change does, a run."""

from __future__ import annotations

import html
import subprocess
import sys
import time
from datetime import date

import pytest
from needs import lacking
from test_dashboard import find_axe

from benchmarks.studio import Server, Traffic
from idgraph_widgets import Studio
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.pipeline.session import SessionState, WizardStep
from idgraph_widgets.report.plain import PlainReport
from idgraph_widgets.studio.fields import form_spec
from idgraph_widgets.studio.paths import FORM_STEPS
from idgraph_widgets.studio.plain import PlainBar, PlainForm, PlainRows, PlainRunPanel, PlainSteps
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.studio.svg_board import SvgBoard

HOUSEHOLDS = "household_config.num_households"
BRACKETS = "household_config.income_brackets"
IDENTITY = "demographics_config.identity_mappings"
CAMPAIGN = "campaign_config"


@pytest.fixture(autouse=True)
def plain_host(monkeypatch):
    """A host that runs no custom widgets."""
    monkeypatch.setenv("IDGRAPH_PLOTS", "svg")


def seen(widget) -> list:
    """A widget and all below it that are not taken out of the page."""
    if widget.layout.display == "none":
        return []
    return [widget, *(one for child in getattr(widget, "children", ()) for one in seen(child))]


def field(step, path, state=None):
    form = PlainForm(step, state)
    return form, form.fields[path]


@pytest.mark.parametrize("step", FORM_STEPS, ids=lambda step: step.value)
def test_every_field_of_the_custom_form_is_in_the_plain_one_with_its_value(messages, step):
    state = StudioState()
    state.set_target("catalog")
    state.set_level("advanced")
    form = PlainForm(step, state)
    assert list(form.fields) == [spec["path"] for spec in form_spec(step)]
    page = seen(form)
    size = "household_config.size_distribution."
    for path, one in form.fields.items():
        assert (one in page) == (path not in (f"{size}mean", f"{size}std_dev")), path
        assert one.spec["title"] in one.children[0].children[0].value
        inputs = [w for w in seen(one.control.widget) if hasattr(w, "value")]
        assert inputs or one.spec["control"] == "switches", path
    # Showing gave nothing back.
    assert state.config == GenerationConfig() and not state.can_undo


@pytest.mark.parametrize(
    ("step", "path", "act", "wanted"),
    [
        ("HOUSEHOLDS", HOUSEHOLDS, lambda c: setattr(c.box, "value", "2500"), 2_500),
        ("HOUSEHOLDS", HOUSEHOLDS, lambda c: setattr(c.slider, "value", 1e5), 100_000),
        ("IDENTITY_GRAPH", f"{IDENTITY}.ios_share", lambda c: setattr(c.box, "value", "12,5"), 0.125),
        ("DEMOGRAPHICS", "demographics_config.age_range", lambda c: setattr(c.slider, "value", (20, 60)), [20, 60]),
        ("OUTPUT", "seed", lambda c: setattr(c.box, "value", "7"), 7),
        ("OUTPUT", "start_date", lambda c: setattr(c.widget, "value", date(2025, 3, 1)), date(2025, 3, 1)),
        ("OUTPUT", "incremental", lambda c: setattr(c.widget, "value", True), True),
        ("OUTPUT", "schema_name", lambda c: setattr(c.widget, "value", " demo "), "demo"),
    ],
)
def test_a_changed_widget_changes_the_state(messages, step, path, act, wanted):
    form, one = field(WizardStep[step], path)
    assert one.reset.disabled and one.spec["unit"].lower() in one.children[0].children[0].value.lower()
    act(one.control)
    assert form.state.value(path) == wanted and not one.reset.disabled
    one.reset.click()
    assert form.state.config == GenerationConfig() and one.reset.disabled


@pytest.mark.parametrize(
    ("step", "path", "text", "told"),
    [
        ("HOUSEHOLDS", HOUSEHOLDS, "10,00", "Found '10,00'. Allowed: a whole number"),
        ("HOUSEHOLDS", HOUSEHOLDS, "1,234k", "It can mean 1234000 or 1234: write one of these."),
        ("IDENTITY_GRAPH", f"{IDENTITY}.ios_share", "1 5", "Found '1 5'. Allowed: 0 to 100 %."),
        ("CAMPAIGNS", f"{CAMPAIGN}.budget_per_1000_households", "1,234", "It can mean 1234 or 1.234: write one"),
    ],
)
def test_what_is_no_number_or_two_is_marked_and_stays_as_written(messages, step, path, text, told):
    form, one = field(WizardStep[step], path)
    control = one.control
    box = control.box if hasattr(control, "box") else next(iter(control.boxes.values()))
    box.value = text
    assert box.value == text and [problem.path[: len(path)] for problem in form.state.problems] == [path]
    assert told in html.unescape(one.message.value)
    one.reset.click()
    assert not form.state.problems and box.value != text


def test_a_slider_and_its_number_say_the_same(messages):
    _, one = field(WizardStep.HOUSEHOLDS, HOUSEHOLDS)
    one.control.slider.value = 50_000
    assert one.control.box.value == "50000"
    one.control.box.value = "2 000"
    assert one.control.slider.value == 2_000


@pytest.mark.parametrize(("name", "log"), [("reach_share", True), ("holdout_share", False)])
def test_what_a_browser_makes_of_a_slider_it_is_shown_is_no_change(messages, name, log):
    form, one = field(WizardStep.CAMPAIGNS, f"{CAMPAIGN}.{name}")
    slider, value = one.control.slider, one.control.slider.value
    assert one.spec["log"] == log
    slider.value = value * 10 ** (slider.step * 0.4) if log else value + slider.step * 0.4
    assert form.state.config == GenerationConfig() and not form.state.can_undo
    slider.value = wanted = value * 10 ** (slider.step * 2) if log else value + slider.step * 2
    assert form.state.value(one.spec["path"]) == pytest.approx(wanted / 100)


def test_a_change_made_elsewhere_is_shown_and_not_given_back(messages):
    state = StudioState()
    form = PlainForm(WizardStep.HOUSEHOLDS, state)
    state.set(HOUSEHOLDS, 3_000)
    state.set(BRACKETS, {"<50K": 0.5, "50K+": 0.5})
    assert form.fields[HOUSEHOLDS].control.box.number == 3_000
    assert {n: box.value for n, box in form.fields[BRACKETS].control.boxes.items()} == {"<50K": "50", "50K+": "50"}
    state.undo()
    assert state.value(HOUSEHOLDS) == 3_000 and next(iter(form.fields[BRACKETS].control.boxes)) == "<30K"
    form.close()
    state.set(HOUSEHOLDS, 4_000)
    assert form.fields[HOUSEHOLDS].control.box.number == 3_000


def test_shares_show_their_sum_and_can_be_made_whole(messages):
    form, one = field(WizardStep.HOUSEHOLDS, BRACKETS)
    control = one.control
    assert "✓ Sum 100 %" in control.sum.value and control.even not in seen(form)
    control.boxes["150K+"].value = "30"
    assert form.state.value(BRACKETS)["150K+"] == 0.3
    assert "✗ Sum 106.6 %" in control.sum.value and control.even in seen(form)
    assert "The shares add up to 106.6 %, not 100 %." in one.message.value
    control.even.click()
    assert not form.state.problems and one.message.value == "" and "✓ Sum 100 %" in control.sum.value
    assert form.state.value(BRACKETS)["150K+"] == pytest.approx(0.3 / 1.066, abs=1e-6)


def test_shares_rows_are_added_and_removed(messages):
    form, one = field(WizardStep.HOUSEHOLDS, BRACKETS)
    one.control.adder.value = "200K+"
    one.control.add.click()
    assert form.state.value(BRACKETS)["200K+"] == 0 and "200K+" in one.control.boxes
    one.control.add.click()
    assert "There is a bracket 200K+ already." in one.control.refused.value
    one.control.rows.children[-1].children[-1].click()
    assert form.state.config == GenerationConfig() and "200K+" not in one.control.boxes
    states, places = field(WizardStep.HOUSEHOLDS, "household_config.location_distribution")
    some = next(iter(places.control.boxes))
    places.control.change({some: 1.0})
    assert len(places.control.adder.options) > 40 and places.control.adder.value is not None
    assert places.control.rows.children[0].children[-1].disabled
    assert states.state.value("household_config.location_distribution") == {some: 1.0}


def test_a_curve_gives_its_points_in_order(messages):
    path = "engagement_config.weekday_weights"
    form, one = field(WizardStep.ENGAGEMENT, path)
    before = form.state.value(path)
    one.control.boxes["Mon"].value = "40 %"
    assert form.state.value(path) == [0.4, *before[1:]] and "not 100 %" in one.message.value


def test_a_curve_of_many_points_is_one_text(messages):
    path = "engagement_config.tv_weekend_hour_weights"
    form, one = field(WizardStep.ENGAGEMENT, path)
    before = form.state.value(path)
    words = one.control.box.value.split()
    assert [float(word) for word in words] == pytest.approx([100 * share for share in before])
    words[1] = "40%"
    one.control.box.value = " ".join(words)
    assert form.state.value(path) == [before[0], 0.4, *before[2:]] and "Take" in one.message.value
    one.control.box.value = "10 x"
    assert form.state.value(path) == [0.1, "x"] and "exactly 24 shares" in one.message.value
    form.state.reset(path)
    assert len(one.control.box.value.split()) == 24


def test_caps_choices_segments_and_bounds_change_the_state(messages):
    state = StudioState()
    forms = {step: PlainForm(step, state) for step in FORM_STEPS}
    of = {path: one for form in forms.values() for path, one in form.fields.items()}
    by_control = {}
    for path, one in of.items():
        by_control.setdefault(one.spec["control"], (path, one))
    path, one = by_control["caps"]
    channel = one.spec["names"][0][0]
    one.control.cells[channel]["weekly"].value = "1"
    assert state.value(path)[channel]["weekly"] == 1 and "above weekly 1" in one.message.value
    state.reset(path)
    path, one = by_control["numbers"]
    name, box = next(iter(one.control.boxes.items()))
    box.value = "-1"
    assert state.value(path)[name] < 0 and "Raise it" in one.message.value
    state.reset(path)
    path, one = by_control["choices"]
    name, box = next(iter(one.control.boxes.items()))
    box.value = not box.value
    assert (name in state.value(path)) == box.value
    path, one = by_control["bounds"]
    one.control.boxes["<30K"][0].value = "ten"
    assert state.value(path) == {"<30K": ["ten", None]} and one.message.value
    one.control.boxes["<30K"][0].value = ""
    assert state.value(path) == {}
    path, one = by_control["switches"]
    one.control.listed.join(60)
    id, box = next(iter(one.control.boxes.items()))
    box.value = False
    assert state.value(path) == {id: False} and len(one.control.boxes) > 20
    box.value = True
    assert state.value(path) == {}


def test_sizes_are_given_by_shares_or_by_mean(messages):
    form = PlainForm(WizardStep.HOUSEHOLDS)
    mean, shares = (form.fields[f"household_config.size_distribution.{n}"] for n in ("mean", "shares"))
    form._mode.value = "mean"
    assert mean in seen(form) and shares not in seen(form) and mean.control.box.number == 2.41
    form._mode.value = "shares"
    assert mean not in seen(form) and shares in seen(form) and not form.state.problems


def test_basic_hides_what_is_advanced_unless_it_is_wrong(messages):
    state = StudioState()
    form = PlainForm(WizardStep.CAMPAIGNS, state)
    one = next(one for one in form.fields.values() if not one.spec["basic"] and one.spec["control"] == "number")
    assert one not in seen(form) and "more settings" in form._more.value
    state.set(one.spec["path"], -5)
    assert one in seen(form)
    state.reset(one.spec["path"])
    state.set_level("advanced")
    assert one in seen(form) and form._more.value == ""


def test_a_group_without_a_field_in_sight_has_no_head(messages):
    form = PlainForm(WizardStep.ENGAGEMENT)
    assert form.groups["Volume"] in seen(form) and form.groups["Actions"] not in seen(form)
    form.state.set_level("advanced")
    assert form.groups["Actions"] in seen(form)


def test_the_target_says_what_it_cannot_do(messages):
    state = StudioState(catalog="session")
    form = PlainForm(WizardStep.OUTPUT, state)
    assert seen(form).count(form._target) == 1 and list(form.groups).count("Run") == 1
    form._target.folder.value = ""
    assert "Name a folder" in form._target.message.value
    form._target.kind.value = "catalog"
    assert state.target.kind == "catalog" and form.fields["schema_name"] in seen(form)
    incremental = form.fields["incremental"]
    assert incremental.control.widget.disabled and "Needs Delta" in incremental.message.value
    form._target.kind.value = "folder"
    assert not incremental.control.widget.disabled and form.fields["schema_name"] not in seen(form)


def test_a_wrong_value_is_told_in_words_and_disables_generate(messages, tmp_path):
    state = StudioState()
    form, panel = PlainForm(WizardStep.HOUSEHOLDS, state), PlainRunPanel(state, Runs(tmp_path))
    assert not panel.generate_button.disabled and "Expected rows" in panel.expected.value
    form.fields[HOUSEHOLDS].control.box.value = "5"
    told = "Found 5. Allowed: a whole number, 1,000 to 10,000,000. Raise it to at least 1,000."
    assert told in form.fields[HOUSEHOLDS].message.value
    assert panel.generate_button.disabled and "Raise it to at least 1,000" in panel.reason.value
    panel.generate_button.click()
    assert panel.runs.current() is None
    form.fields[HOUSEHOLDS].reset.click()
    assert not panel.generate_button.disabled and panel.reason.value == ""
    assert form.fields[HOUSEHOLDS].message.value == ""


def test_bar_walks_counts_loads_and_exchanges_texts(messages):
    state, wanted, shown = StudioState(), [], []
    bar, steps = PlainBar(state, wanted.append, shown.append), PlainSteps(state)
    state.set(f"{CAMPAIGN}.holdout_share", 3)
    assert "6. Campaigns — 1 problem" in dict(bar.steps.options) and bar.steps.value == "households"
    bar.jump.click()
    assert state.step is WizardStep.CAMPAIGNS and wanted == [f"{CAMPAIGN}.holdout_share"]
    assert bar.steps.value == "campaigns" and steps.place.value == "Step 6 of 9"
    bar.undo.click()
    assert not state.problems and bar.jump not in seen(bar) and not bar.redo.disabled
    steps.back.click()
    assert state.step is WizardStep.AUDIENCE and steps.next.description == "Next: Campaigns"
    bar.steps.value = "households"
    assert state.step is WizardStep.HOUSEHOLDS and steps.back.disabled
    bar.preset.value = "tiny"
    bar.load.click()
    assert state.value(HOUSEHOLDS) == 1_000 and "1,000 households" in bar.summary.value
    bar.text.value = "seed: 7\nhousehold_config: {num_homes: 3}"
    bar.take.click()
    assert "num_homes" in bar.error.value and state.value("seed") == 42
    bar.text.value = "seed: 7"
    bar.take.click()
    assert state.value("seed") == 7 and bar.error.value == "" and "Imported" in bar.notice.value
    bar.dismiss.click()
    assert state.notice == "" and bar.dismiss not in seen(bar)
    bar.export.click()
    assert GenerationConfig.from_yaml(bar.text.value) == state.config
    bar.level.value = True
    assert state.level == "advanced"
    bar.again.click()
    assert shown == [False]


def test_the_studio_is_plain_where_no_custom_widget_runs(messages, tmp_path):
    studio = Studio(home=tmp_path)
    for step in WizardStep:
        studio.state.go_to(step)
        parts = studio._body.children
        if step in FORM_STEPS:
            assert isinstance(parts[0], PlainForm) and parts[0].step is step
            assert isinstance(parts[1].children[0], SvgBoard) and "<svg" in parts[1].children[0].children[1].value
    models = {message["data"]["state"].get("_model_module") for message in messages if "state" in message["data"]}
    assert models - {None} == {"@jupyter-widgets/base", "@jupyter-widgets/controls"}
    studio.state.go_to(WizardStep.HOUSEHOLDS)
    form, plots = (studio._body.children[0], studio._body.children[1].children[0])
    before = [cell.value for cell in plots.children]
    form.fields[BRACKETS].control.change({"<50K": 0.5, "50K+": 0.5})
    assert "&lt;50K" in plots.children[2].value and plots.children[2].value != before[2]
    assert studio.config.household_config.income_brackets == {"<50K": 0.5, "50K+": 0.5}
    studio.close()


@pytest.mark.parametrize("step", FORM_STEPS, ids=lambda step: step.value)
def test_a_form_is_not_more_messages_than_a_server_lets_through(messages, step):
    """A Jupyter server drops what a kernel sends beyond 1 000 messages or 1 MB a second, over three seconds."""
    PlainForm(step, StudioState())
    assert len(messages) <= 1_300
    assert sum(len(str(message["data"])) for message in messages) <= 800_000


def test_the_plain_studio_needs_no_anywidget(tmp_path):
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        "from idgraph_widgets.pipeline import WizardStep; from idgraph_widgets import Studio\n"
        f"studio = Studio(home={str(tmp_path)!r})\n"
        "for step in WizardStep: studio.state.go_to(step)\n"
        "print(type(studio._bar).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "PlainBar"


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("RunPanel", "PlainRunPanel from idgraph_widgets.studio"),
        ("HouseholdForm", "PlainForm(WizardStep.…) from idgraph_widgets.studio"),
        ("DistributionChart", "to_svg(figure, width, height) from idgraph_widgets.studio.svg"),
        ("ReportPanel", "panel_for(dataset) from idgraph_widgets.report"),
    ],
)
def test_a_custom_part_that_cannot_run_says_what_is_missing_and_what_to_use(messages, tmp_path, name, instead):
    import idgraph_widgets

    made = {
        "RunPanel": lambda part: part(StudioState(), Runs(tmp_path)),
        "HouseholdForm": lambda part: part(),
        "DistributionChart": lambda part: part({"data": []}),
        "ReportPanel": lambda part: part(None),
    }
    with pytest.raises(ConfigError) as caught:
        made[name](getattr(idgraph_widgets, name))
    assert "IDGRAPH_PLOTS=svg says that none runs here" in str(caught.value) and instead in str(caught.value)
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        f"try:\n    from idgraph_widgets import {name}\n"
        "except ImportError as error:\n    print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert told.startswith(f"{name} is a custom widget, and anywidget is not installed"), told
    assert 'pip install "idgraph-widgets[dashboard]"' in told and f"Use {instead}, or Studio()" in told


def test_without_ipywidgets_the_studio_says_what_to_install():
    code = (
        "import sys; sys.modules['ipywidgets'] = None\n"
        "try:\n    from idgraph_widgets import Studio\nexcept ImportError as error:\n    print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert told.startswith("Studio is a widget, and ipywidgets is not installed (python -m pip install"), told


def test_first_rows_can_be_leafed_through(messages):
    rows = PlainRows()
    assert rows not in seen(rows)
    one = {"columns": ["a"], "rows": [["<x>"], [None]], "total": 1_000}
    rows.note, rows.tables = "A note.", {"first": one, "second": {**one, "columns": ["b"]}}
    assert "2 of 1,000 rows. A note." in rows.content.value and "&lt;x&gt;" in rows.content.value
    rows.choice.value = "second"
    assert '<th scope="col">b</th>' in rows.content.value


def test_a_run_goes_from_generate_to_a_checked_dataset_and_its_report(messages, tmp_path, spark):
    config = GenerationConfig(household_config=HouseholdConfig(num_households=1_000))
    studio = Studio(config, spark=spark, out=tmp_path / "out", home=tmp_path / "home")
    studio.state.go_to(WizardStep.RUN)
    panel, progress = studio._run_panel, []
    panel.progress.observe(lambda change: progress.append(change["new"]), "value")
    assert isinstance(panel, PlainRunPanel) and panel.report not in seen(panel)
    panel.generate_button.click()
    assert panel.generate_button.disabled and "A run is going on" in panel.reason.value
    run = studio.runs.wait(timeout=120)
    assert run.state == "done", run.message
    panel._beats.join(10)
    assert len(set(progress)) > 2 and panel.progress.value == 100
    assert f"Wrote {run.rows:,} rows to {tmp_path / 'out'}" in panel.status.value
    assert f"✓ {run.verdict}" in panel.verdict.value and "checks hold" in run.verdict
    assert "checks" in panel.tables.value and panel.cancel not in seen(panel)
    assert not panel.generate_button.disabled and panel.earlier.options[0][1] == run.id
    studio.state.set("seed", 9)
    panel.load_button.click()
    assert studio.config.seed == 42
    panel.report.click()
    end = time.monotonic() + 60
    while not isinstance(studio._report.children[0], PlainReport) and time.monotonic() < end:
        time.sleep(0.02)
    report = studio._report.children[0]
    assert report.wait(60) and report._subject.checks.verdict == run.verdict
    studio.close()


def test_a_failed_run_says_what_to_do_and_can_be_tried_again(messages, tmp_path, spark):
    out = tmp_path / "out"
    out.mkdir()
    (out / "letter.txt").write_text("dear", encoding="utf-8")
    state = StudioState(SessionState(GenerationConfig(household_config=HouseholdConfig(num_households=1_000))))
    state.set_target("folder", str(out))
    panel = PlainRunPanel(state, Runs(tmp_path / "home", spark))
    panel.generate_button.click()
    run = panel.runs.wait(timeout=60)
    panel._beats.join(10)
    assert run.state == "failed" and "letter.txt" in {path.name for path in out.iterdir()}
    assert str(out) in panel.failure.value and panel.again in seen(panel) and panel.verdict.value == ""
    (out / "letter.txt").unlink()
    panel.again.click()
    assert panel.runs.current().active
    panel.cancel.click()
    assert panel.runs.current().state in ("cancelling", "cancelled")
    run = panel.runs.wait(timeout=60)
    panel._beats.join(10)
    assert run.state == "cancelled" and "untouched" in panel.failure.value
    assert panel.cancel not in seen(panel) and not panel.generate_button.disabled


@pytest.fixture
def plain_page(browser, tmp_path):
    """The plain studio as the dashboard shows it; at the end nothing may have gone wrong in the page."""
    with Server(tmp_path) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        traffic = Traffic(page, server.url)
        page.goto(server.url)
        page.locator(".idg-card svg").first.wait_for()
        yield page
        page.close()
        assert (traffic.errors, traffic.outside) == ([], [])


def test_in_a_browser_every_input_has_a_name_and_a_slider_redraws_its_plot(plain_page, tmp_path):
    page = plain_page
    axe = find_axe()
    if axe:
        page.add_script_tag(path=axe)
    page.get_by_label("1 person, percent").fill("40,0 %")
    page.keyboard.press("Tab")
    page.get_by_text("✗ Sum 111 %").wait_for()
    page.get_by_text("The shares add up to 111 %, not 100 %.").wait_for()
    page.get_by_role("button", name="Make it 100 %").locator("visible=true").click()
    page.get_by_text("✗ Sum 111 %").wait_for(state="detached")
    step = page.get_by_label("Step")
    step.select_option("4. Engagement")
    card = page.locator("figure.idg-card", has=page.get_by_role("heading", name="Activity of people"))
    before = card.locator("svg").evaluate("e => e.outerHTML")
    number = page.get_by_label("Engagements per person and day")
    was = float(number.input_value())
    line = number.locator("xpath=ancestor::*[contains(@class, 'widget-hbox')][1]")
    line.get_by_role("slider").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("([e, was]) => Number(e.value) > was", arg=[number.element_handle(), was])
    # A repainted card is another element: it is looked for anew each time.
    page.wait_for_function(
        """was => {
            const cards = [...document.querySelectorAll("figure.idg-card")];
            const card = cards.find(e => e.textContent.includes("Activity of people"));
            return card && card.querySelector("svg").outerHTML !== was;
        }""",
        arg=before,
    )
    for index, name in enumerate(step.locator("option").all_inner_texts()):
        step.select_option(index=index)
        page.get_by_text(f"Step {index + 1} of 9").wait_for()
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, name
        if axe:
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
            # No core widget can name the handle of its slider; the number beside it has the name.
            told = [
                (rule["id"], node["target"])
                for rule in found
                for node in rule["nodes"]
                if not (rule["id"] == "aria-input-field-name" and "noUi-handle" in node["html"])
            ]
            assert told == [], name
    if not axe:
        lacking("the page was walked; axe-core was not found (IDGRAPH_AXE or npm's global packages)")
