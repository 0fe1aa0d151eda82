"""Columns of one's own in the studio: texts as a person writes them, both forms, and first values."""

from __future__ import annotations

import html
import json

import pytest
from support.extras import COMPUTED, DRAWN, FAKED
from support.plain import seen

from idgraph_widgets.config import GenerationConfig, HouseholdConfig
from idgraph_widgets.config.extra_columns import ALL_OPTIONS
from idgraph_widgets.config.extra_options import WAYS
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.pipeline import run_pipeline
from idgraph_widgets.schema import GENERATED
from idgraph_widgets.studio.form import OutputForm
from idgraph_widgets.studio.own_columns import INPUTS, columns_control, made_as, new_column
from idgraph_widgets.studio.own_texts import as_texts, from_texts
from idgraph_widgets.studio.own_values import OwnValues
from idgraph_widgets.studio.plain import PlainForm
from idgraph_widgets.studio.sample import as_text
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.studio.state import StudioState

EVERY = [*DRAWN, *FAKED, *({"table": table, "name": name, "expr": text} for table, name, text in COMPUTED)]
TIER = {"name": "tier", "table": "individuals", "values": ["basic", "gold"], "weights": [9, 1]}


def from_browser(view, **content):
    """What arrives when the view's half in the browser sends a message."""
    view._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


@pytest.mark.parametrize("column", GenerationConfig(extra_columns=EVERY).extra_columns, ids=lambda one: one["name"])
def test_every_option_is_the_same_after_it_was_shown_as_text(column):
    (texts,) = as_texts([column])
    assert all(isinstance(text, str) for text in texts.values())
    assert from_texts([texts]) == [column]


@pytest.mark.parametrize(
    ("option", "text", "wanted"),
    [
        ("values", "a, b\nc", ["a", "b", "c"]),
        ("values", '1, 2.50, true, "3", "x, y", , 007', [1, 2.5, True, "3", "x, y", "007"]),
        ("values", "", []),
        ("weights", "70, 20", [70, 20]),
        ("textSeparator", '""', ""),
        ("prefix", "Nr ", "Nr "),
        ("percentNulls", "2,5 %", 0.025),
        ("baseColumn", "state, age", ["state", "age"]),
        ("baseColumn", " state ", "state"),
        ("step", "many", "many"),
        ("step", "0.0", 0.0),
    ],
)
def test_what_is_written_is_read_as_it_is_meant(option, text, wanted):
    way = next(kind["way"] for kind in columns_control()["ways"] if option in kind["options"])
    (found,) = from_texts([{"name": "n", "table": "households", "way": way, option: text}])
    assert found[option] == wanted and type(found[option]) is type(wanted)


def test_texts_stay_texts_where_the_type_says_so():
    texts = {"name": "n", "table": "households", "way": "values", "values": "1, 2", "type": "string"}
    assert from_texts([texts])[0]["values"] == ["1", "2"]


@pytest.mark.parametrize("odd", [5, {"name": "n", "values": [1], "expr": "1", "random": True}, {"values": {"a": 1}}])
def test_a_column_that_nobody_edits_stays_as_it_is_in_the_file(odd):
    (first, second) = as_texts([odd, TIER])
    assert from_texts([first, {**second, "name": "level"}], [odd, TIER]) == [odd, {**TIER, "name": "level"}]


@pytest.mark.parametrize("table", GENERATED)
@pytest.mark.parametrize("way", WAYS)
def test_a_column_of_every_kind_begins_as_one_that_can_be_generated(way, table):
    column = made_as(new_column([{"name": "column_1"}], table), way)
    assert column["name"] == "column_2"
    config = GenerationConfig(extra_columns=from_texts([column]))
    assert config.validate() == []


def test_every_option_of_a_configuration_has_an_input():
    assert set(ALL_OPTIONS) <= set(INPUTS)


def test_every_provider_and_locale_that_is_offered_works():
    columns = [
        *({"name": f"p{i}", "table": "campaigns", "faker": one} for i, one in enumerate(INPUTS["faker"]["offers"])),
        *(
            {"name": f"l{i}", "table": "campaigns", "faker": "company", "locale": one}
            for i, one in enumerate(INPUTS["locale"]["offers"])
        ),
    ]
    found = OwnValues().of(GenerationConfig(extra_columns=[{**one, "uniqueValues": 20} for one in columns]))
    assert [one.get("reason") for one in found] == [None] * len(columns)


def test_first_values_are_those_of_the_dataset(spark, tmp_path):
    config = GenerationConfig(household_config=HouseholdConfig(num_households=1_000), extra_columns=EVERY)
    found = OwnValues().of(config)
    assert [one.get("reason") for one in found] == [None] * len(EVERY)
    homes_and_people = [i for i, one in enumerate(EVERY) if one["table"] in ("households", "individuals")]
    run_pipeline(spark, config, tmp_path / "out")
    with Dataset(tmp_path / "out", spark) as dataset:
        for i in homes_and_people:
            name, key = EVERY[i]["name"], GENERATED[EVERY[i]["table"]].key[0]
            rows = dataset.table(EVERY[i]["table"]).orderBy(key).limit(8).collect()
            assert [as_text(row[name]) for row in rows] == found[i]["values"], name


def test_what_faker_lacks_is_told_where_values_would_be():
    columns = [TIER, {"name": "x", "table": "individuals", "faker": "compny"}, {**TIER, "name": "y"}]
    first, lacking, last = OwnValues().of(GenerationConfig(extra_columns=columns))
    assert "Did you mean 'company'?" in lacking["reason"] and first["values"] and last["values"]


def test_no_values_are_drawn_while_another_setting_is_wrong():
    config = GenerationConfig(extra_columns=[TIER])
    config.campaign_config.holdout_share = 3
    assert OwnValues().of(config) == [{"reason": "Values are shown when the problems of other settings are solved."}]


def test_the_form_sends_texts_and_takes_them_back(messages):
    form = OutputForm(GenerationConfig(extra_columns=[TIER]))
    assert form.values["extra_columns"] == as_texts([TIER])
    form.own_values.wait()
    assert form.previews[0]["type"] == "string" and len(form.previews[0]["values"]) == 8
    columns = [*as_texts([TIER]), {**new_column([]), "values": "1, 2, 2"}]
    from_browser(form, do="set", values={"extra_columns": columns}, token="a-1")
    assert form.config.extra_columns == [TIER, {"name": "column_1", "table": "individuals", "values": [1, 2, 2]}]
    (problem,) = form.problems["extra_columns"]
    assert problem["paths"] == ["extra_columns[1].values"] and problem["text"].startswith("Found 2 twice.")
    form.own_values.wait()
    assert form.previews[0]["values"] and form.previews[1] == {}
    assert form.ack == "a-1" and json.dumps(form.previews)
    from_browser(form, do="reset", path="extra_columns")
    assert form.config == GenerationConfig() and form.previews == []


@pytest.fixture
def control(messages, plain_host):
    """The control of the plain form."""
    return PlainForm(WizardStep.OUTPUT, StudioState()).fields["extra_columns"].control


def test_a_column_is_added_edited_and_removed_in_core_widgets(control):
    state = control.state
    assert control.chosen.value is None and control.remove.disabled and control.editor not in seen(control.widget)
    control.add.click()
    assert state.value("extra_columns") == [{"name": "column_1", "table": "individuals", "values": ["yes", "no"]}]
    assert control.inputs["weights"] in seen(control.widget) and control.inputs["expr"] not in seen(control.widget)
    control.inputs["name"].value = "tier"
    control.inputs["values"].value = "basic, gold"
    control.inputs["weights"].value = "9, 1"
    assert state.value("extra_columns") == [TIER] and control.chosen.options == (("individuals.tier", 0),)
    control.own_values.wait()
    assert "First values (string): " in control.values.value and "basic" in control.values.value
    control.add.click()
    assert control.chosen.value == 1
    control.inputs["way"].value = "expr"
    assert {"age", "tier"} <= set(control.inserts["expr"].options)
    control.inputs["expr"].value = ""
    control.inserts["expr"].value = "tier"
    button = control.lines["expr"].children[0].children[-1]
    button.click()
    assert control.inputs["expr"].value == "tier" and not state.problems
    control.chosen.value = 0
    assert control.inputs["name"].value == "tier"
    control.remove.click()
    # The expression has lost the column that it names.
    assert [one["name"] for one in state.value("extra_columns")] == ["column_1"]
    assert "tier" in html.unescape(control.messages["expr"].value) and [p.path for p in state.problems] == [
        "extra_columns[0].expr"
    ]
    control.remove.click()
    assert state.value("extra_columns") == [] and control.chosen.value is None


def test_what_is_wrong_stands_beside_its_option_in_core_widgets(control):
    control.add.click()
    control.inputs["weights"].value = "1, x"
    assert "Allowed: 2 numbers of 0 or more" in html.unescape(control.messages["weights"].value)
    assert control.messages["values"].value == ""
    control.state.set("extra_columns", [{"name": "n", "table": "households", "random": True, "values": [1]}])
    assert "Leave it out" in control.rest.value
    control.state.set("extra_columns", "no list")
    field = next(one for one in (PlainForm(WizardStep.OUTPUT, control.state).fields["extra_columns"],))
    assert "Give a list" in field.message.value
