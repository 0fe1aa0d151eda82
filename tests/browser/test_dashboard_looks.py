"""How the dashboard looks in a real browser: what fits and is in sight, what keyboard and screen reader reach."""

from __future__ import annotations

import pytest
from support.browser import wait_for_plots
from support.needs import lacking
from support.nightly import but_first
from support.pages import TABS, find_axe, picture, tab


def test_plots_stay_in_sight_while_a_long_form_is_scrolled(open_page):
    page = open_page()
    page.get_by_label("Find a state").scroll_into_view_if_needed()
    page.mouse.wheel(0, 500)
    page.wait_for_function("() => window.scrollY > 200")
    assert 0 <= page.evaluate("document.querySelector('.idg-plots').getBoundingClientRect().top") <= 20


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "dark"), (800, "light"), pytest.param(1280, "light", marks=pytest.mark.nightly)]
)
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
            problems = [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found]
            assert problems == [], name
    if not axe:
        lacking("sizes checked; axe-core was not found (IDGRAPH_AXE or npm's global packages)")


CUT_OFF = """() => [...document.querySelectorAll(".idg-number input")]
    .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth).map((e) => `${e.ariaLabel}: ${e.value}`)"""


@pytest.mark.parametrize("width", but_first([420, 800, 1280]))
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
