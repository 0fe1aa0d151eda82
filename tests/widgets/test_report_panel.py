"""The report as widgets: lazy, busy, errors in words, explorers; without a browser and in a real one."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from importlib import resources
from types import SimpleNamespace

import nbformat
import pytest
from support.processes import own_environment

from idgraph_widgets import ReportPanel
from idgraph_widgets.errors import StorageError
from idgraph_widgets.quality.report import CheckReport, CheckResult
from idgraph_widgets.report import measures
from idgraph_widgets.report.sections import SECTIONS
from idgraph_widgets.widgets.report import (
    ChecksPart,
    ColumnExplorer,
    HouseholdExplorer,
    JourneyExplorer,
    Part,
    SectionPart,
)
from idgraph_widgets.widgets.report.choice import panel_for
from idgraph_widgets.widgets.report.panel import SCRIPT_HERE, TABS
from idgraph_widgets.widgets.report.plain import PlainReport


def finished(part) -> dict:
    """The blocks of a part by key, once it has ended."""
    assert part.wait(60) and part.busy == ""
    return {block["key"]: block for block in part.blocks}


def test_only_the_open_tab_is_measured(dataset_1k, messages):
    panel = ReportPanel(dataset_1k)
    assert set(panel._parts) == {"overview"} and panel.tab == "overview"
    assert finished(panel.part("overview"))["rows-facts"]["facts"][0] == ["households", "1,000"]
    panel._head._receive(None, {"do": "choose", "tab": "campaigns"}, [])
    assert set(panel._parts) == {"overview", "campaigns"} and panel.tab == "campaigns"
    assert panel._body.children == (panel.part("campaigns"),)
    assert "funnel" in finished(panel.part("campaigns"))
    with pytest.raises(ValueError, match="overview, checks"):
        panel.show("nothing")
    panel.close()


def test_every_tab_in_messages_of_less_than_a_megabyte(dataset_1k, messages):
    panel = ReportPanel(dataset_1k)
    for tab, _ in TABS:
        panel.show(tab)
        blocks = finished(panel.part(tab))
        assert panel.part(tab).error == ""
        assert blocks or tab in ("checks", "export")
        json.dumps(panel.part(tab).blocks, allow_nan=False)
    sizes = sorted(len(json.dumps(m["data"], default=str)) for m in messages)
    assert sizes[-1] < 500_000
    before = len(messages)
    panel.show("overview")
    assert len(messages) - before <= 4
    panel.close()


def test_work_is_told_and_the_latest_wins(messages):
    part, gate, done = Part("A part"), threading.Event(), []

    def first():
        gate.wait(10)
        done.append("first")
        return []

    part.start("first…", first)
    time.sleep(0.05)
    part.start("second…", lambda: done.append("second") or [])
    part.start("third…", lambda: done.append("third") or [{"kind": "facts", "key": "x"}])
    assert part.busy == "third…"
    gate.set()
    assert finished(part) == {"x": {"kind": "facts", "key": "x"}}
    assert done == ["first", "third"]


def test_errors_are_told_in_words_and_the_last_good_blocks_stay(messages):
    part = Part("A part")
    part.start("well…", lambda: [{"kind": "facts", "key": "good"}])
    finished(part)

    def fails(error):
        raise error

    part.start("ill…", lambda: fails(StorageError("There is no household 7.")))
    assert "good" in finished(part) and part.error == "There is no household 7."
    part.start("worse…", lambda: fails(RuntimeError("engine gone\nat line 7")))
    finished(part)
    assert part.error == "This could not be measured. RuntimeError: engine gone"
    part.start("well again…", list)
    finished(part)
    assert part.error == ""


def test_a_section_that_failed_can_be_tried_again(dataset_1k, messages, monkeypatch):
    part = SectionPart(dataset_1k, "places", opened=False)
    monkeypatch.setattr(part, "_section", SimpleNamespace(title="Places", make=lambda subject: 1 / 0))
    part.begin()
    finished(part)
    assert "ZeroDivisionError" in part.error and part.controls[0][0]["label"] == "Try again"
    monkeypatch.undo()
    part._receive(None, {"do": "press", "name": "again"}, [])
    assert "map" in finished(part) and part.error == "" and part.controls == []
    with pytest.raises(ValueError, match="sections are overview"):
        SectionPart(dataset_1k, "nothing")


def test_checks_run_on_demand(dataset_1k, messages):
    part = ChecksPart(dataset_1k)
    assert part.blocks == [] and part.controls[0][0]["name"] == "run"
    texts = []
    part.observe(lambda change: texts.append(change["new"]), "busy")
    part._receive(None, {"do": "press", "name": "run"}, [])
    blocks = finished(part)
    assert part.report.passed and blocks["verdict"]["state"] == "good"
    assert any("passes done" in text for text in texts)
    assert part.controls[0][0]["label"] == "Run the checks again"


def test_failed_checks_name_their_rows(dataset_1k, messages, monkeypatch):
    check = "households.made_up"
    results = [CheckResult(check, "consistency", "Made up.", 3, [{"household_id": 1}])]
    asked = []

    def violating(dataset, check_id, limit):
        import pandas as pd

        asked.append((check_id, limit))
        return pd.DataFrame({"household_id": [1, 2, 3]})

    monkeypatch.setattr(measures, "violating_keys", violating)
    part = ChecksPart(dataset_1k, CheckReport(results))
    failed = finished(part)["failed-checks"]
    assert failed["press"] == {"name": "violations", "label": "Show rows", "values": [check]}
    part._receive(None, {"do": "press", "name": "violations", "value": check}, [])
    assert [row[0] for row in finished(part)["violations"]["rows"]] == ["1", "2", "3"]
    assert asked == [(check, 200)]


def test_columns_are_explored(dataset_1k, messages):
    part = ColumnExplorer(dataset_1k, "individuals", "age")
    assert sum(finished(part)["histogram"]["figure"]["data"][0]["y"]) == len(dataset_1k.to_pandas("individuals"))
    part._receive(None, {"do": "set", "values": {"table": "households"}}, [])
    assert finished(part)["histogram"]["title"] == "households.state"
    part._receive(None, {"do": "set", "values": {"column": "annual_income", "log_bins": True}}, [])
    assert "logarithmic" in json.dumps(finished(part)["histogram"]["figure"])
    part._receive(None, {"do": "press", "name": "add"}, [])
    values = {"filter.0.column": "household_size", "filter.0.operator": "≥", "filter.0.value": "3"}
    part._receive(None, {"do": "set", "values": values}, [])
    homes = dataset_1k.to_pandas("households")
    assert f"of {(homes.household_size >= 3).sum():,} rows" in finished(part)["rows"]["title"]
    part._receive(None, {"do": "set", "values": {"filter.0.value": "many"}}, [])
    finished(part)
    assert "compared with a number" in part.error
    part._receive(None, {"do": "press", "name": "remove", "value": 0}, [])
    assert "of 1,000 rows" in finished(part)["rows"]["title"] and part.error == ""
    part._receive(None, {"do": "set", "values": {"filter.9.value": "x", "unknown": 1}}, [])
    finished(part)
    assert part.error == ""


def test_households_are_searched_and_lead_to_journeys(dataset_1k, messages):
    panel = ReportPanel(dataset_1k, tab="household")
    part = panel.part("household")
    assert "network" in finished(part)
    family = dataset_1k.to_pandas("individuals").last_name.value_counts().index[0]
    part._receive(None, {"do": "set", "values": {"search": family}}, [])
    found = finished(part)["found"]
    part._receive(None, {"do": "press", "name": "show", "value": found["press"]["values"][1]}, [])
    blocks = finished(part)
    assert blocks["network"]["title"] == f"Household {found['press']['values'][1]}"
    part._receive(None, {"do": "set", "values": {"search": "no such family"}}, [])
    assert "No household has" in finished(part)["found"]["title"]
    part._receive(None, {"do": "set", "values": {"search": "4711"}}, [])
    assert "No household has" in finished(part)["found"]["title"]
    person = blocks["people"]["press"]["values"][0]
    part._receive(None, {"do": "press", "name": "journey", "value": person}, [])
    assert panel.tab == "journey"
    assert finished(panel.part("journey"))["journey"]["title"] == f"Journey of person {person}"
    panel.close()


def test_next_household_comes_round(dataset_1k, messages):
    part = HouseholdExplorer(dataset_1k, household=1_000)
    finished(part)
    part._receive(None, {"do": "press", "name": "next"}, [])
    assert finished(part)["network"]["title"] == "Household 1"


def test_journeys_by_number(dataset_1k, messages):
    part = JourneyExplorer(dataset_1k)
    assert {"journey", "people"} <= set(finished(part))
    part._receive(None, {"do": "set", "values": {"person": "17"}}, [])
    assert finished(part)["journey"]["title"] == "Journey of person 17"
    part._receive(None, {"do": "set", "values": {"person": "Bob"}}, [])
    finished(part)
    assert "named by a number, not 'bob'" in part.error.lower()
    part._receive(None, {"do": "set", "values": {"person": "3"}}, [])
    finished(part)
    assert "There is no person 3" in part.error


def test_messages_that_make_no_sense_do_nothing(dataset_1k, messages):
    part = ColumnExplorer(dataset_1k)
    finished(part)
    for content in ({}, {"do": "set"}, {"do": "set", "values": 3}, {"do": "press"}, {"do": "launch"}, "x"):
        part._receive(None, content, [])
    assert finished(part) and part.error == ""


def test_exports(dataset_1k, messages, tmp_path):
    panel = ReportPanel(dataset_1k)
    page = panel.export("html")
    assert page["name"].endswith(".html") and page["text"].count(SCRIPT_HERE) == 1
    assert len(page["text"]) < 1_000_000
    assert json.loads(panel.export("json")["text"])["run"]["seed"] == 42
    assert "plotly.js v" in panel.save_html(tmp_path / "r.html").read_text(encoding="utf-8")
    assert json.loads(panel.save_json(tmp_path / "r.json").read_text(encoding="utf-8"))["measures"]
    panel.close()


def test_the_dataset_is_exported_where_one_says(dataset_1k, messages, tmp_path):
    panel = ReportPanel(dataset_1k, tab="export")
    part, out = panel.part("export"), tmp_path / "copy"
    hint = next(one["hint"] for one in part.controls[0] if one["name"] == "out")
    assert hint.endswith("-parquet")
    wanted = {"format": "csv", "tables": "households", "out": str(out)}
    part._receive(None, {"do": "set", "values": {**wanted, "nonsense": 1}}, [])
    part._receive(None, {"do": "press", "name": "export"}, [])
    facts = finished(part)["exported"]
    assert ["rows", "1,000"] in facts["facts"] and facts["note"] == str(out)
    with (out / "households.csv").open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == 1_001
    part._receive(None, {"do": "press", "name": "export"}, [])
    finished(part)
    assert "exists. An export replaces nothing" in part.error
    part._receive(None, {"do": "set", "values": {"format": "exe", "tables": "passwords"}}, [])
    assert [one.get("value") for one in part.controls[0][:2]] == ["csv", "households"]
    panel.close()


def test_the_plain_report_exports_too(dataset_1k, messages, tmp_path):
    panel, out = PlainReport(dataset_1k), tmp_path / "copy.duckdb"
    assert panel.wait(60)
    panel.format.value, panel.out.value = "duckdb", str(out)
    panel.export.click()
    assert panel.wait(60) and out.is_file() and str(out) in panel._status.value
    panel.export.click()
    assert panel.wait(60) and "exists" in panel._status.value


def test_without_custom_widgets_sections_are_svg_and_words(dataset_1k, messages, monkeypatch):
    monkeypatch.setenv("IDGRAPH_PLOTS", "svg")
    panel = panel_for(dataset_1k)
    assert isinstance(panel, PlainReport)
    assert panel.wait(60) and "<svg" in panel._content.value and "1,000" in panel._content.value
    for section in SECTIONS:
        panel._choice.value = section.key
        assert panel.wait(60)
        assert panel._status.value == "" and panel._content.value
    assert "Every model credits the same" in panel._made["campaigns"]
    assert not any("<script" in text for text in panel._made.values())
    monkeypatch.setenv("IDGRAPH_PLOTS", "")
    assert isinstance(panel_for(dataset_1k), ReportPanel)


@pytest.fixture(scope="module")
def served(browser, dataset_1k_path, tmp_path_factory):
    """Address of a page with the panel, under Voilà with the dashboard's template."""
    folder = tmp_path_factory.mktemp("voila")
    source = (
        "from idgraph_widgets import Dataset, ReportPanel\n"
        f"panel = ReportPanel(Dataset({str(dataset_1k_path)!r}))\npanel"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "report.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    template = resources.files("idgraph_widgets.dashboard").joinpath("jupyter")
    arguments = [
        *("report.ipynb", "--no-browser", f"--port={port}", "--VoilaConfiguration.template=idgraph"),
        *(
            f"--VoilaConfiguration.extension_allowlist={name}"
            for name in ("anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8")
        ),
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "voila", *arguments],
            cwd=folder,
            env={**own_environment(), "JUPYTER_PATH": str(template)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.time() + 60
        while server.poll() is None and time.time() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        assert server.poll() is None, (folder / "log").read_text()
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(20)


def test_panel_in_a_browser(browser, served, tmp_path):
    view = browser.new_page(viewport={"width": 1000, "height": 900}, color_scheme="dark")
    errors, hosts = [], set()
    view.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    view.on("pageerror", lambda error: errors.append(str(error)))
    view.on("request", lambda r: hosts.add(r.url.split("/")[2] if "://" in r.url else "data"))
    view.goto(served, timeout=60_000)
    view.wait_for_selector("[data-card=rows] [data-painted]", timeout=60_000)

    view.focus("[data-tab=overview]")
    for _ in range(3):
        view.keyboard.press("ArrowRight")
    view.wait_for_selector("[data-tab=places][aria-selected=true]")
    view.wait_for_selector("[data-card=map] [data-painted]", timeout=60_000)

    view.click("[data-tab=columns]")
    view.wait_for_selector("[data-card=histogram] [data-painted]", timeout=60_000)
    view.select_option("[data-control=table]", "households")
    view.wait_for_selector("text=households.state")
    view.click("text=Add a filter")
    view.select_option("[data-control='filter.0.column']", "household_size")
    view.fill("[data-control='filter.0.value']", "many")
    view.keyboard.press("Enter")
    view.wait_for_selector("text='many' is none")
    view.fill("[data-control='filter.0.value']", "2")
    view.keyboard.press("Enter")
    view.wait_for_selector("[role=alert]", state="hidden")

    view.click("[data-tab=household]")
    view.wait_for_selector("[data-card=network] [data-painted]", timeout=60_000)
    view.fill("[data-control=search]", "17")
    view.keyboard.press("Enter")
    view.wait_for_selector("text=Household 17")
    view.click("[aria-label^='Journey ']")
    view.wait_for_selector("[data-tab=journey][aria-selected=true]")
    view.wait_for_selector("[data-card=journey] [data-painted]", timeout=60_000)

    with view.expect_download(timeout=90_000) as download:
        view.click("text=Save as HTML")
    download.value.save_as(tmp_path / "saved.html")
    assert view.evaluate("document.documentElement.scrollWidth <= innerWidth")
    saved = browser.new_page()
    saved.on("pageerror", lambda error: errors.append(str(error)))
    saved.goto((tmp_path / "saved.html").as_uri())
    saved.wait_for_selector("[data-card=rows] svg.main-svg", timeout=30_000)
    saved.close()
    view.close()
    assert not errors
    assert hosts <= {served.split("/")[2], "data"}
