"""A page that shows no custom widgets: noticed by the answer that does not come, in Python and in real pages."""

from __future__ import annotations

import asyncio
import time

import pytest
from support.browser import Server

from idgraph_widgets import Studio
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.studio.bar import StudioBar
from idgraph_widgets.studio.plain import PlainBar
from idgraph_widgets.studio.session import WizardStep
from idgraph_widgets.widgets import watch
from idgraph_widgets.widgets.report.plain import PlainReport


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Half a second of patience."""
    monkeypatch.setattr(watch, "PATIENCE", 0.5)
    monkeypatch.setattr(watch, "_BEAT", 0.1)


@pytest.fixture
def studio(messages, tmp_path):
    made = Studio(config=GenerationConfig(seed=7), home=tmp_path)
    yield made
    made.close()


def shown(studio, seconds: float, meanwhile=lambda: None):
    """Display the studio as a cell does, and let the kernel be idle for some seconds."""

    async def cell():
        studio._repr_mimebundle_()
        meanwhile()
        await asyncio.sleep(seconds)

    asyncio.run(cell())


def test_without_an_answer_the_plain_studio_takes_the_place(studio):
    studio.state.go_to(WizardStep.CAMPAIGNS)
    shown(studio, 1.5)
    assert isinstance(studio._bar, PlainBar) and studio.children[1] is studio._bar
    assert "has not answered" in studio.children[0].value
    assert studio._body.children[0].step is WizardStep.CAMPAIGNS and studio.config.seed == 7
    studio.state.set("seed", 8)
    studio.state.go_to(WizardStep.OUTPUT)
    assert studio._body.children[0].fields["seed"].control.box.number == 8


def test_an_answer_in_time_changes_nothing_and_a_late_one_brings_the_full_studio_back(studio):
    bar = studio._bar
    shown(studio, 1.0, lambda: bar.on_hello({}))
    assert studio._bar is bar and isinstance(bar, StudioBar)
    slow = Studio(config=GenerationConfig(), home=studio._saver._folder / "other")
    bar = slow._bar
    shown(slow, 1.5)
    assert isinstance(slow._bar, PlainBar)
    bar.on_hello({})
    assert isinstance(slow._bar, StudioBar) and slow.children[0] is slow._bar and len(slow.children) == 4
    slow.close()


def test_while_a_cell_is_busy_no_answer_is_missed(studio):
    async def cells():
        studio._repr_mimebundle_()
        for _ in range(4):
            await asyncio.sleep(0)
            time.sleep(0.4)  # noqa: ASYNC251 - a cell that is busy

    asyncio.run(cells())
    assert isinstance(studio._bar, StudioBar)


def test_a_notebook_that_voila_runs_ahead_waits_for_its_page(studio, monkeypatch):
    monkeypatch.setenv("VOILA_KERNEL_ID", "1")
    shown(studio, 1.2)
    assert isinstance(studio._bar, StudioBar)

    async def page():
        studio.get_state()
        await asyncio.sleep(1.5)

    asyncio.run(page())
    assert isinstance(studio._bar, PlainBar)


def test_a_report_alone_is_watched_too(messages, dataset_1k):
    from idgraph_widgets.widgets import ReportPanel

    panel = ReportPanel(dataset_1k)
    shown(panel, 1.5)
    assert isinstance(panel.children[1], PlainReport) and "has not answered" in panel.children[0].value
    panel._head.on_hello({})
    assert panel.children == (panel._head, panel._body)
    panel.close()


def test_in_a_page_that_blocks_the_widgets_module_the_plain_studio_appears_and_works(browser, tmp_path):
    with Server(tmp_path) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(90_000)
        blocked = []
        page.route("**/labextensions/anywidget/**", lambda route: (blocked.append(1), route.abort()))
        page.goto(server.url)
        page.get_by_text("This page has not answered").wait_for()
        assert blocked
        page.locator(".idg-card svg").first.wait_for()
        page.get_by_label("Households", exact=True).first.fill("2500")
        page.keyboard.press("Tab")
        page.get_by_text("2,500 households").wait_for()
        page.close()
