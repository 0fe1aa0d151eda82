"""The studio of core widgets, for hosts that run no custom ones: its bar, a run, its page in a browser."""

from __future__ import annotations

import time

import pytest
from support.browser import Server, Traffic
from support.needs import lacking
from support.pages import find_axe
from support.plain import seen

from idgraph_widgets import Studio
from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.studio.paths import FORM_STEPS
from idgraph_widgets.studio.plain import PlainBar, PlainForm, PlainRows, PlainRunPanel, PlainSteps
from idgraph_widgets.studio.runs import Runs
from idgraph_widgets.studio.session import SessionState, WizardStep
from idgraph_widgets.studio.state import StudioState
from idgraph_widgets.studio.svg_board import SvgBoard
from idgraph_widgets.widgets.report.plain import PlainReport

pytestmark = pytest.mark.usefixtures("plain_host")

HOUSEHOLDS = "household_config.num_households"
BRACKETS = "household_config.income_brackets"
CAMPAIGN = "campaign_config"


def test_a_wrong_value_is_told_in_words_and_disables_generate(messages, tmp_path):
    state = StudioState()
    form, panel = PlainForm(WizardStep.HOUSEHOLDS, state), PlainRunPanel(state, Runs(tmp_path))
    assert not panel.generate_button.disabled and "Expected rows" in panel.expected.value
    form.fields[HOUSEHOLDS].control.box.value = "5"
    message = "Found 5. Allowed: a whole number, 1,000 to 10,000,000. Raise it to at least 1,000."
    assert message in form.fields[HOUSEHOLDS].message.value
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
    step = page.get_by_role("combobox", name="Step")
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
            problems = [
                (rule["id"], node["target"])
                for rule in found
                for node in rule["nodes"]
                if not (rule["id"] == "aria-input-field-name" and "noUi-handle" in node["html"])
            ]
            assert problems == [], name
    if not axe:
        lacking("the page was walked; axe-core was not found (IDGRAPH_AXE or npm's global packages)")
