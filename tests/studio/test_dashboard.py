"""The dashboard in a real browser: `idgraph dashboard` and Chromium, as a user meets them.

Set IDGRAPH_SCREENSHOTS to a folder to keep a picture of every stage. Chromium is found on the PATH or by
IDGRAPH_CHROMIUM; axe-core by IDGRAPH_AXE (path of axe.min.js) or among npm's global packages.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from needs import lacking

from benchmarks.studio import Server, Traffic, wait_for_plots
from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.studio import saving

WAIT = 60_000
TABS = (
    "Households",
    "Demographics",
    "Identity graph",
    "Engagement",
    "Audience",
    "Campaigns",
    "Output",
    "Run",
    "Report",
)


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """A running dashboard."""
    folder = tmp_path_factory.mktemp("dashboard")
    with Server(folder) as running:
        running.folder = folder
        yield running


@pytest.fixture
def open_page(browser, server):
    """A function that opens the studio afresh; at the end nothing may have gone wrong in any page."""
    # The kernel of the page before saves its last change shortly after it.
    time.sleep(2 * saving._QUIET)
    shutil.rmtree(server.folder / "home", ignore_errors=True)
    shutil.rmtree(server.folder / "data", ignore_errors=True)
    contexts, heard = [], []

    def open_(width=1280, scheme="light", fresh=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        heard.append(Traffic(page, server.url))
        page.goto(server.url)
        page.wait_for_selector(".idg-bar")
        if fresh:
            page.wait_for_selector("[data-step=households][aria-selected=true]")
            wait_for_plots(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [error for traffic in heard for error in traffic.errors] == []
    assert [url for traffic in heard for url in traffic.outside] == []


def picture(page, name):
    folder = os.environ.get("IDGRAPH_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def tab(page, name):
    page.get_by_role("tab", name=name).click()
    page.wait_for_selector(f"[data-step='{name.lower()}'][aria-selected=true]")


def small(page, households="1000"):
    """A configuration that is generated in seconds."""
    box = page.get_by_role("textbox", name="Households", exact=True)
    box.fill(households)
    page.wait_for_function(
        "t => document.querySelector('.idg-summary').textContent.startsWith(t)", arg=f"{int(households):,}"
    )


def test_wrong_input_is_told_where_it_is_and_right_input_clears_it(open_page):
    page = open_page()
    box = page.get_by_role("textbox", name="Households", exact=True)
    box.fill("many")
    problem = page.locator("[data-path='household_config.num_households'] .idg-problem")
    problem.get_by_text("Found 'many'").wait_for()
    assert box.get_attribute("aria-invalid") == "true"
    assert box.get_attribute("aria-describedby") == problem.get_attribute("id")
    assert "1 problem" in page.get_by_role("tab", name="Households").inner_text().replace("\n", " ")
    picture(page, "wrong input")
    tab(page, "Run")
    generate = page.get_by_role("button", name="Generate")
    assert generate.get_attribute("aria-disabled") == "true"
    assert "found 'many'" in page.locator("[aria-label=Generate] [role=status]").inner_text()
    page.get_by_role("button", name="1 problem: show").click()
    page.wait_for_function("() => document.activeElement.getAttribute('aria-label') === 'Households'")
    page.get_by_role("textbox", name="Households", exact=True).fill("25k")
    page.get_by_text("25,000 households").wait_for()
    assert problem.is_hidden()
    tab(page, "Run")
    assert generate.get_attribute("aria-disabled") == "false"


def test_a_decimal_comma_is_a_decimal_comma_and_what_can_mean_two_is_marked(open_page):
    page = open_page()
    tab(page, "Identity graph")
    share = page.get_by_role("textbox", name="Smartphones and tablets that run iOS")
    problem = page.locator("[data-path='demographics_config.identity_mappings.ios_share'] .idg-problem")
    share.fill("1,5")
    slider = page.get_by_role("slider", name="Smartphones and tablets that run iOS")
    page.wait_for_function("e => e.ariaValueText === '1.5 %'", arg=slider.element_handle())
    share.fill("1 5")
    problem.get_by_text("Found '1 5'. Allowed: 0 to 100 %.").wait_for()
    share.fill("15 %")
    page.keyboard.press("Tab")
    problem.wait_for(state="hidden")
    assert share.input_value() == "15"
    page.evaluate("() => navigator.clipboard.writeText('10\\n200')")
    share.focus()
    page.keyboard.press("Control+V")
    problem.get_by_text("Found '10 ⏎ 200'.").wait_for()
    page.get_by_role("button", name="Advanced").click()
    tab(page, "Campaigns")
    budget = page.locator("[data-path='campaign_config.budget_per_1000_households']")
    first = budget.get_by_role("textbox").first
    first.fill("1,234")
    budget.get_by_text("It can mean 1234 or 1.234: write one of these.").wait_for()
    page.keyboard.press("Tab")
    assert first.input_value() == "1,234" and first.get_attribute("aria-invalid") == "true"
    picture(page, "two readings")


def test_rebalancing_leaves_what_was_written_wrong(open_page):
    page = open_page()
    field = page.locator("[data-path='household_config.income_brackets']")
    field.get_by_role("textbox", name="<30K, percent").fill("1 5")
    field.get_by_text("Found '1 5'").wait_for()
    field.get_by_role("textbox", name="150K+, percent").fill("30")
    field.get_by_text("✓ Sum 100 %").wait_for()
    field.get_by_text("Found '1 5'").wait_for()
    assert field.get_by_role("textbox", name="<30K, percent").input_value() == "1 5"


def test_a_slider_moved_by_keyboard_repaints_its_plot_and_only_that(open_page):
    page = open_page()
    plots = {key: page.locator(f"[data-card={key}] .idg-plot") for key in ("sizes", "incomes", "states")}
    before = {key: int(plot.get_attribute("data-painted")) for key, plot in plots.items()}
    slider = page.get_by_role("slider", name="<30K")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => document.querySelector('[data-card=incomes] .idg-plot').ariaLabel.includes('<30K 18.0%')"
    )
    after = {key: int(plot.get_attribute("data-painted")) for key, plot in plots.items()}
    assert after["incomes"] > before["incomes"]
    assert (after["sizes"], after["states"]) == (before["sizes"], before["states"])
    assert slider.get_attribute("aria-valuetext") == "18 %"
    assert page.locator("[data-path='household_config.income_brackets'] .idg-sum").inner_text() == "✓ Sum 100 %"


def test_plots_stay_in_sight_while_a_long_form_is_scrolled(open_page):
    page = open_page()
    page.get_by_label("Find a state").scroll_into_view_if_needed()
    page.mouse.wheel(0, 500)
    page.wait_for_function("() => window.scrollY > 200")
    assert 0 <= page.evaluate("document.querySelector('.idg-plots').getBoundingClientRect().top") <= 20


def test_shares_lock_rebalance_add_and_remove(open_page):
    page = open_page()
    field = page.locator("[data-path='household_config.income_brackets']")
    field.get_by_role("button", name="Lock 150K+").click()
    field.get_by_role("textbox", name="<30K, percent").fill("30")
    page.keyboard.press("Tab")
    share = {
        name: float(field.get_by_role("textbox", name=f"{name}, percent").input_value())
        for name in ("<30K", "30-60K", "60-100K", "100-150K", "150K+")
    }
    assert (share["<30K"], share["150K+"]) == (30, 23.4) and sum(share.values()) == pytest.approx(100)
    field.get_by_label("Rebalance others").uncheck()
    field.get_by_role("textbox", name="<30K, percent").fill("40")
    field.get_by_text("✗ Sum 110 %").wait_for()
    field.get_by_text("The shares add up to 110 %").wait_for()
    picture(page, "shares that do not sum")
    field.get_by_role("button", name="Make it 100 %").click()
    field.get_by_text("✓ Sum 100 %").wait_for()
    field.get_by_label("Rebalance others").check()
    field.get_by_role("button", name="Remove <30K").click()
    page.get_by_text("⚠ 1 problem: show").or_(page.get_by_text("✓ Ready to generate")).wait_for()
    assert field.get_by_role("slider", name="<30K").count() == 0
    field.get_by_label("Name of the new bracket").fill("<30K")
    field.get_by_role("button", name="Add", exact=True).click()
    field.get_by_role("slider", name="<30K").wait_for()


def test_a_row_may_have_any_name_and_a_refused_one_is_told(open_page, server):
    page = open_page()
    page.get_by_role("button", name="Advanced").click()
    field = page.locator("[data-path='household_config.income_brackets']")
    bounds = page.locator("[data-path='household_config.income_bounds']")
    names = {
        "constructor": ("<30K", 0, 30_000),
        "toString": ("30-60K", 30_000, 60_000),
        "__proto__": ("60-100K", 60_000, 100_000),
    }
    for name, (before, low, high) in names.items():
        field.get_by_label("Name of the new bracket").fill(name)
        field.get_by_role("button", name="Add", exact=True).click()
        field.get_by_role("textbox", name=f"{name}, percent").fill("20")
        field.get_by_role("button", name=f"Remove {before}", exact=True).click()
        bounds.get_by_role("textbox", name=f"{name}: from, USD").fill(str(low))
        bounds.get_by_role("textbox", name=f"{name}: below, USD").fill(str(high))
    field.get_by_label("Name of the new bracket").fill("toString")
    page.keyboard.press("Enter")
    field.get_by_text("There is a bracket toString already.").wait_for()
    page.get_by_text("✓ Ready to generate").wait_for()
    plot = page.locator("[data-card=incomes] .idg-plot")
    page.wait_for_function(
        "([plot, names]) => names.every((name) => plot.ariaLabel.includes(name))", arg=[plot.element_handle(), [*names]]
    )
    page.wait_for_timeout(500)
    heights = plot.locator(".bars .point path").evaluate_all("all => all.map((one) => one.getBBox().height)")
    assert len(heights) == 5 and min(heights) > 5
    picture(page, "names of rows")
    page.wait_for_timeout(1500)
    session = json.loads((server.folder / "home" / "session.json").read_text(encoding="utf-8"))
    home = session["config"]["household_config"]
    assert list(home["income_brackets"])[-3:] == list(names)
    assert home["income_bounds"] == {name: [low, high] for name, (_, low, high) in names.items()}


def test_states_are_found_and_sizes_given_by_mean(open_page):
    page = open_page()
    page.get_by_label("Find a state").fill("dak")
    rows = page.locator("[data-path='household_config.location_distribution'] .idg-row:visible")
    assert [text.split("\n")[0] for text in rows.all_inner_texts()] == ["North Dakota (ND)", "South Dakota (SD)"]
    page.get_by_role("button", name="Mean and deviation").click()
    mean = page.get_by_role("textbox", name="Mean household size")
    mean.fill("3.1")
    page.wait_for_function(
        "() => document.querySelector('[data-card=sizes] .idg-plot').ariaLabel.includes('Mean 3.10')"
    )
    page.get_by_role("button", name="Reset Mean household size to its default").wait_for()
    page.get_by_role("button", name="Undo").click()


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
    page.get_by_role("button", name="Try 1 000 households").click()
    page.locator("section[aria-label='First rows'] tbody tr").first.wait_for()
    assert page.locator("section[aria-label='First rows'] tbody tr").count() == 12
    page.get_by_role("combobox", name="Table").select_option("identity_mappings")
    assert "identifier_value" in page.locator("section[aria-label='First rows'] thead").inner_text()
    page.get_by_text("first 1 000 households").first.wait_for()
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


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (800, "light")])
def test_every_tab_fits_its_window_and_has_no_accessibility_problem(open_page, width, scheme):
    page = open_page(width, scheme)
    assert page.evaluate("document.documentElement.classList.contains('idg-dark')") is (scheme == "dark")
    page.get_by_role("button", name="Advanced").click()
    axe = find_axe()
    if axe:
        page.add_script_tag(path=axe)
    for name in TABS:
        tab(page, name)
        page.wait_for_timeout(700)
        if name in TABS[:7]:
            page.wait_for_function("t => document.querySelector('.idg-form')?.ariaLabel === t", arg=name)
            wait_for_plots(page)
        picture(page, f"{name} {width} {scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if axe:
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
            told = [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found]
            assert told == [], name
    if not axe:
        lacking("sizes checked; axe-core was not found (IDGRAPH_AXE or npm's global packages)")


CUT_OFF = """() => [...document.querySelectorAll(".idg-number input")]
    .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth).map((e) => `${e.ariaLabel}: ${e.value}`)"""


@pytest.mark.parametrize("width", [1280, 800, 420])
def test_numbers_show_what_fits_and_all_of_it_where_the_cursor_is(open_page, width):
    page = open_page(width)
    page.get_by_role("button", name="Advanced").click()
    states = page.locator("[data-path='household_config.location_distribution']")
    states.get_by_role("textbox", name="Alabama (AL), percent").fill("1.0371")
    page.keyboard.press("Tab")
    page.get_by_role("textbox", name="Households", exact=True).fill("10000000")
    for name in TABS[:7]:
        tab(page, name)
        page.wait_for_function("t => document.querySelector('.idg-form')?.ariaLabel === t", arg=name)
        page.wait_for_timeout(300)
        assert page.evaluate(CUT_OFF) == [], name
        ends = page.evaluate(
            "[...document.querySelectorAll('.idg-steps button')].map((e) => e.getBoundingClientRect().right)"
        )
        assert max(ends) <= width and page.evaluate("document.documentElement.scrollWidth") <= width, name
        tabs = page.evaluate("[...document.querySelectorAll('[role=tab]')].map((e) => e.getBoundingClientRect().right)")
        assert len(tabs) == 9 and max(tabs) <= width
        picture(page, f"numbers {name} {width}")
    tab(page, "Households")
    california = states.get_by_role("textbox", name="California (CA), percent")
    kept = states.get_by_role("slider", name="California (CA)").get_attribute("aria-valuetext").removesuffix(" %")
    assert len(kept) >= 7 and float(california.input_value()) == pytest.approx(float(kept), rel=1e-3)
    california.focus()
    assert california.input_value() == kept
    page.keyboard.press("Tab")
    assert page.get_by_role("textbox", name="Households", exact=True).input_value().replace(",", "") == "10000000"


def find_axe() -> str | None:
    """Path of ``axe.min.js``, or None."""
    given = os.environ.get("IDGRAPH_AXE")
    if not given and shutil.which("npm"):
        root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True).stdout.strip()
        given = str(Path(root, "axe-core", "axe.min.js"))
    return given if given and Path(given).exists() else None


def test_the_keyboard_reaches_every_control_in_reading_order(open_page):
    page = open_page()
    wanted = page.evaluate(
        "() => [...document.querySelectorAll('.idg button, .idg input, .idg select')]"
        ".filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0).length"
    )
    page.evaluate("document.activeElement.blur()")
    page.evaluate("window.reached = []")
    for _ in range(wanted + 15):
        page.keyboard.press("Tab")
        page.evaluate("window.reached.includes(document.activeElement) || window.reached.push(document.activeElement)")
    order = page.evaluate(
        "() => { const at = window.reached.filter((e) => e.closest('.idg'));"
        " const sorted = at.every((e, i) => i === 0 || at[i - 1].compareDocumentPosition(e) & 4);"
        " return [at.filter((e) => e.matches('button, input, select')).length, sorted]; }"
    )
    assert order[0] >= wanted - 3 and order[1]
    page.get_by_role("tab", name="Households").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("[data-step=demographics][aria-selected=true]")


def test_the_page_shows_no_code_and_obeys_no_query_string(open_page, server):
    page = open_page()
    page.goto(f"{server.url}?template=lab&theme=dark")
    page.wait_for_selector(".idg-bar")
    text = page.content()
    assert "import Studio" not in text and "Traceback" not in text and "cdn" not in text.lower()


def test_a_page_that_is_left_ends_its_kernel_whatever_its_cookies_are(open_page, server):
    page = open_page()
    id = json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "_xsrf", "value": "of-another-server", "url": server.url}])
    kernel, end = f"{server.url.rstrip('/')}/api/kernels/{id}", f"{server.url}voila/api/shutdown/{id}"
    foreign = page.request.post(end, headers={"Origin": "http://elsewhere.example"})
    assert foreign.status in (403, 404) and page.request.get(kernel).ok
    page.reload()
    page.wait_for_selector(".idg-bar")
    for _ in range(100):
        if page.request.get(kernel).status == 404:
            break
        page.wait_for_timeout(100)
    assert page.request.get(kernel).status == 404


def test_outside_loopback_the_page_asks_for_a_token(tmp_path, browser):
    with subprocess.Popen(
        [sys.executable, "-m", "idgraph_widgets", "dashboard", "--no-browser", "--ip", "0.0.0.0", "--port", "8977"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            line = process.stdout.readline()
            assert "?token=" in line
            with urllib.request.urlopen("http://127.0.0.1:8977/", timeout=60) as answer:
                assert "/login" in answer.url and b"rendered_cells" not in answer.read()
        except urllib.error.HTTPError as error:
            assert error.code in (401, 403)
        finally:
            process.terminate()


def test_a_taken_port_is_told_as_such(tmp_path, server):
    port = server.url.rstrip("/").rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "idgraph_widgets", "dashboard", "--no-browser", "--port", port],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 3
    assert f"Port {port} is taken" in done.stderr and "Traceback" not in done.stderr
    assert json.dumps(done.stdout) == '""'
