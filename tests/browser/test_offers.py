"""What the operator offers, in the browser: what is there can be chosen, what is not is not to be seen."""

from __future__ import annotations

import json

import pytest
from support.browser import Server
from support.pages import WAIT, picture, small, tab

from idgraph_widgets.dashboard.people import People
from idgraph_widgets.studio.launch import REQUEST
from idgraph_widgets.workspaces import Workspace


@pytest.fixture
def ada(browser, tmp_path):
    """Ada's page of a dashboard that offers two engines and, if nobody says, one place."""
    token = People(tmp_path / "home").invite("ada")
    offers = ("--engine", "spark", "--engine", "embedded")
    with Server(tmp_path, "--login", "token", "--warm", "1", *offers) as server:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.goto(f"{server.url}?token={token}")
        page.wait_for_selector(".idg-bar")
        yield page
        context.close()


@pytest.mark.nightly
def test_of_two_engines_one_is_chosen_and_the_run_works_on_it(ada, tmp_path):
    small(ada)
    tab(ada, "Output")
    engine = ada.get_by_label("Generate with")
    assert engine.locator("option").all_text_contents() == ["Spark", "the embedded engine"]
    assert engine.input_value() == "spark"
    assert ada.get_by_role("radio", name="a folder").is_visible()
    assert not ada.get_by_role("radio", name="catalog.schema").is_visible()
    engine.select_option("embedded")
    picture(ada, "offers")
    tab(ada, "Run")
    assert not ada.get_by_role("button", name="Run as a job").is_visible()
    ada.get_by_role("button", name="Generate", exact=True).click()
    ada.get_by_text("checks hold").first.wait_for(timeout=120_000)
    runs = Workspace.of("ada", tmp_path / "home" / "people").home / "runs"
    asked = [json.loads((run / REQUEST).read_text(encoding="utf-8"))["engine"] for run in runs.iterdir()]
    assert asked == ["embedded"]
