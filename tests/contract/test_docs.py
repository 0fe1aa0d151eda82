"""The page of defaults is current and complete."""

from pathlib import Path

from idgraph_widgets.config.describe import field_table
from idgraph_widgets.config.docs import main, page
from idgraph_widgets.reference import fact_names

PAGE = Path(__file__).parents[2] / "docs" / "defaults.md"
STATUSES = {"seen", "seen-2", "derived", "memory", "design"}


def test_the_committed_page_is_current(tmp_path):
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m idgraph_widgets.config.docs docs/defaults.md"
    assert main([str(tmp_path / "new" / "defaults.md")]) == 0
    assert (tmp_path / "new" / "defaults.md").read_text(encoding="utf-8") == page()


def test_every_setting_and_table_has_source_and_status():
    text = page()
    for row in field_table():
        if not row["part"]:
            assert row["source"]["status"] in STATUSES and row["source"]["citation"], row["path"]
            assert f"`{row['path'].rsplit('.', 1)[-1]}`" in text
    for name in fact_names():
        line = next(line for line in text.splitlines() if f"`facts/{name}.csv`" in line)
        cells = [cell.strip() for cell in line.split(" | ")]
        assert cells[2] and set(cells[-1].rstrip(" |").split(", ")) <= STATUSES, line
