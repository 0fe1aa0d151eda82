"""The dashboard in a real browser, as a user meets it: sessions, runs, first rows, configurations in and out."""

from __future__ import annotations

import json

import pytest
from support.pages import WAIT, picture, small, tab

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.dataset import Dataset


def test_of_two_pages_that_edit_one_session_none_undoes_the_other(open_page, server):
    first, second = open_page(), open_page()
    small(first, "25000")
    first.wait_for_timeout(1500)
    second.get_by_role("textbox", name="Households", exact=True).fill("5000")
    alert = second.get_by_role("alert").filter(has_text="Households (25000 there, 5000 here)")
    alert.wait_for()
    session = json.loads((server.folder / "home" / "session.json").read_text(encoding="utf-8"))
    assert session["config"]["household_config"]["num_households"] == 25_000
    picture(second, "two pages")
    second.get_by_role("button", name="Take the other page's").click()
    second.get_by_text("25,000 households").wait_for()
    alert.wait_for(state="hidden")
    second.get_by_role("button", name="Undo").click()
    second.get_by_text("5,000 households").first.wait_for()
    second.wait_for_timeout(1500)
    # Coming back to the first page shows what the second has saved meanwhile.
    first.evaluate("() => window.dispatchEvent(new Event('focus'))")
    first.wait_for_function("() => document.querySelector('.idg-summary').textContent.startsWith('5,000')")
    first.get_by_text("Another page has gone on with this session").wait_for()


def test_run_shows_progress_and_ends_in_a_dataset_and_a_report(open_page, server):
    page = open_page()
    small(page)
    tab(page, "Run")
    page.get_by_role("button", name="Generate").click()
    bar = page.get_by_role("progressbar")
    seen = set()
    while page.get_by_text("Wrote").count() == 0:
        if bar.count():
            seen.add(bar.get_attribute("aria-valuenow"))
        if len(seen) == 4:
            picture(page, "running")
        page.wait_for_timeout(100)
        assert page.get_by_role("alert").count() == 0, page.get_by_role("alert").inner_text()
    assert len(seen) >= 3
    page.get_by_role("heading", name="Done").wait_for(timeout=3 * WAIT)
    assert page.get_by_text("checks hold").count() >= 1
    assert page.get_by_role("button", name="Skip the checks").count() == 0
    picture(page, "done")
    with Dataset(server.folder / "data" / "studio") as dataset:
        assert dataset.manifest["tables"]["households"]["rows"] == 1_000
    page.get_by_role("button", name="Load the configuration of the run").wait_for()
    page.get_by_role("button", name="Open the report").click()
    report = page.locator(".idg-report")
    report.get_by_text("identity_mappings").first.wait_for(timeout=3 * WAIT)
    page.wait_for_timeout(1500)
    picture(page, "report")
    with page.expect_download(timeout=3 * WAIT) as download:
        report.get_by_role("button", name="Save as HTML").click()
    saved = server.folder / "report.html"
    download.value.save_as(saved)
    alone = page.context.new_page()
    errors = []
    alone.on("pageerror", lambda error: errors.append(str(error)))
    alone.goto(saved.as_uri())
    alone.wait_for_selector("[data-card=rows] svg.main-svg")
    assert errors == []


@pytest.mark.nightly
def test_cancel_really_stops_and_retry_starts_again(open_page, server):
    page = open_page()
    small(page, "400000")
    tab(page, "Run")
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("heading", name="Cancelled").wait_for()
    picture(page, "cancelled")
    assert "untouched" in page.get_by_role("alert").inner_text()
    assert not (server.folder / "data" / "studio" / "manifest.json").exists()
    page.get_by_role("button", name="Retry").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("heading", name="Cancelled").wait_for()


@pytest.mark.nightly
def test_a_reload_in_the_middle_loses_neither_the_run_nor_the_form(open_page):
    page = open_page()
    small(page, "10000")
    tab(page, "Run")
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("heading", name="Generating").wait_for()
    page.reload()
    page.wait_for_selector("[data-step=run][aria-selected=true]")
    page.get_by_role("heading", name="Generating").or_(page.get_by_role("heading", name="Done")).wait_for()
    assert page.locator(".idg-summary").inner_text().startswith("10,000 households")
    page.get_by_role("heading", name="Done").wait_for(timeout=3 * WAIT)


def test_try_shows_real_first_rows_beside_what_is_expected(open_page):
    page = open_page()
    page.get_by_role("button", name="Try 1,000 households").click()
    page.locator("section[aria-label='First rows'] tbody tr").first.wait_for()
    assert page.locator("section[aria-label='First rows'] tbody tr").count() == 12
    page.get_by_role("combobox", name="Table").select_option("identity_mappings")
    assert "identifier_value" in page.locator("section[aria-label='First rows'] thead").inner_text()
    page.get_by_text("first 1,000 households").first.wait_for()
    picture(page, "first rows")


def test_export_and_import_give_the_same_configuration(open_page, tmp_path):
    page = open_page()
    small(page, "4321")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export YAML").click()
    download.value.save_as(tmp_path / "mine.yaml")
    assert GenerationConfig.from_file(tmp_path / "mine.yaml").household_config.num_households == 4_321
    page.get_by_label("Load a preset").select_option("tiny")
    page.get_by_text("Preset tiny loaded").wait_for()
    page.get_by_role("button", name="Import…").click()
    page.get_by_label("Configuration as YAML or JSON").fill("seed: many\nhousholds: 3")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("dialog").get_by_role("alert").get_by_text("housholds").wait_for()
    picture(page, "import with a problem")
    page.get_by_label("Choose a file").set_input_files(tmp_path / "mine.yaml")
    page.wait_for_function("() => document.querySelector('dialog textarea').value.includes('4321')")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("4,321 households").wait_for()
    page.get_by_role("button", name="Copy as Python").click()
    python = page.get_by_role("dialog").get_by_label("Python").input_value()
    assert "config.household_config.num_households = 4_321" in python
    picture(page, "copy as python")
