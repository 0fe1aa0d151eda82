"""A column of one's own: added in a browser, it is in the dataset."""

from __future__ import annotations

from support.pages import WAIT, find_axe, picture, small, tab

from idgraph_widgets.dataset import Dataset


def test_a_column_added_in_a_browser_is_in_the_dataset(open_page, server):
    page = open_page()
    small(page)
    tab(page, "Output")
    own = page.locator("[data-path='extra_columns']")
    own.get_by_role("button", name="Add a column").click()
    page.wait_for_function("() => document.activeElement.dataset.option === 'name'")
    page.keyboard.press("Control+A")
    page.keyboard.type("tier")
    own.get_by_label("Values", exact=True).fill("basic, silver, gold")
    own.get_by_label("Weights").fill("70, 20")
    problem = own.get_by_text("Allowed: 3 numbers of 0 or more, one for each value")
    problem.wait_for()
    weights = own.get_by_label("Weights")
    assert weights.get_attribute("aria-invalid") == "true"
    assert problem.get_attribute("id") in weights.get_attribute("aria-describedby").split()
    picture(page, "own column with a problem")
    page.get_by_role("button", name="1 problem: show").wait_for()
    weights.fill("70, 20, 10")
    problem.wait_for(state="hidden")
    own.get_by_text("First values (string):").wait_for()
    own.get_by_role("button", name="Add a column").click()
    own.get_by_label("Name", exact=True).last.fill("is_gold")
    second = own.get_by_role("group", name="Column individuals.is_gold")
    second.get_by_label("Kind").select_option("SQL expression")
    second.get_by_label("Expression", exact=True).fill("")
    second.get_by_label("Expression: insert a column").select_option("tier")
    page.keyboard.type(" = 'gold'")
    second.get_by_text("First values (boolean):").wait_for()
    axe = find_axe()
    if axe:
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []
    picture(page, "own columns")
    page.reload()
    page.wait_for_selector("[data-step=output][aria-selected=true]")
    own.get_by_role("button", name="individuals.tier Values with weights").wait_for()
    own.get_by_role("button", name="Add a column").click()
    own.get_by_role("button", name="Remove individuals.column_1").click()
    page.wait_for_function("() => document.activeElement.textContent.startsWith('individuals.is_gold')")
    tab(page, "Run")
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("heading", name="Done").wait_for(timeout=3 * WAIT)
    with Dataset(server.folder / "data" / "studio") as dataset:
        rows = dataset.sql("select tier, is_gold, count(*) n from individuals group by 1, 2").collect()
        assert {(row["tier"], row["is_gold"]) for row in rows} == {
            ("basic", False), ("silver", False), ("gold", True)
        }  # fmt: skip
    page.get_by_role("button", name="Open the report").click()
    page.locator(".idg-report").get_by_text("identity_mappings").first.wait_for(timeout=3 * WAIT)
