"""Fields of the dashboard in a real browser: what is written, moved, locked and refused."""

from __future__ import annotations

import json

import pytest
from support.pages import picture, tab


def test_wrong_input_is_told_where_it_is_and_right_input_clears_it(open_page):
    page = open_page()
    box = page.get_by_role("textbox", name="Households", exact=True)
    box.fill("many")
    problem = page.locator("[data-path='household_config.num_households'] .idg-problem")
    problem.get_by_text("Found 'many'").wait_for()
    assert box.get_attribute("aria-invalid") == "true"
    assert box.get_attribute("aria-describedby") == problem.get_attribute("id")
    page.get_by_role("tab", name="Households").filter(has_text="1 problem").wait_for()
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
    basket = page.locator("[data-path='campaign_config.basket_value']")
    first = basket.get_by_role("textbox").first
    first.fill("1,234")
    basket.get_by_text("It can mean 1234 or 1.234: write one of these.").wait_for()
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
