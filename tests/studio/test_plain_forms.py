"""Forms of core widgets, for hosts that run no custom ones: what they show and what a change does."""

from __future__ import annotations

import html
from datetime import date

import pytest
from support.plain import seen

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.studio.fields import form_spec
from idgraph_widgets.studio.paths import FORM_STEPS
from idgraph_widgets.studio.plain import PlainForm
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState

pytestmark = pytest.mark.usefixtures("plain_host")

HOUSEHOLDS = "household_config.num_households"
BRACKETS = "household_config.income_brackets"
IDENTITY = "demographics_config.identity_mappings"
CAMPAIGN = "campaign_config"


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
    ("step", "path", "text", "message"),
    [
        ("HOUSEHOLDS", HOUSEHOLDS, "10,00", "Found '10,00'. Allowed: a whole number"),
        ("HOUSEHOLDS", HOUSEHOLDS, "1,234k", "It can mean 1234000 or 1234: write one of these."),
        ("IDENTITY_GRAPH", f"{IDENTITY}.ios_share", "1 5", "Found '1 5'. Allowed: 0 to 100 %."),
        ("CAMPAIGNS", f"{CAMPAIGN}.basket_value", "1,234", "It can mean 1234 or 1.234: write one"),
    ],
)
def test_what_is_no_number_or_two_is_marked_and_stays_as_written(messages, step, path, text, message):
    form, one = field(WizardStep[step], path)
    control = one.control
    box = control.box if hasattr(control, "box") else next(iter(control.boxes.values()))
    box.value = text
    assert box.value == text and [problem.path[: len(path)] for problem in form.state.problems] == [path]
    assert message in html.unescape(one.message.value)
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


@pytest.mark.parametrize("step", FORM_STEPS, ids=lambda step: step.value)
def test_a_form_is_not_more_messages_than_a_server_lets_through(messages, step):
    """A Jupyter server drops what a kernel sends beyond 1 000 messages or 1 MB a second, over three seconds."""
    PlainForm(step, StudioState())
    assert len(messages) <= 1_300
    assert sum(len(str(message["data"])) for message in messages) <= 800_000
