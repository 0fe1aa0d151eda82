"""The pages of defaults and of checks are current and complete."""

import subprocess
import sys

import pytest
from support import checks_page
from support.mutations import DECLARED
from support.processes import ROOT

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.config.describe import field_table
from idgraph_widgets.config.docs import main, page
from idgraph_widgets.quality import all_checks
from idgraph_widgets.reference import fact_names

pytestmark = pytest.mark.quick

DOCS = ROOT / "docs"
PAGE = DOCS / "defaults.md"
STATUSES = {"seen", "seen-2", "derived", "memory", "design"}


def test_the_committed_page_is_current(tmp_path):
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m idgraph_widgets.config.docs docs/defaults.md"
    assert main([str(tmp_path / "new" / "defaults.md")]) == 0
    assert (tmp_path / "new" / "defaults.md").read_text(encoding="utf-8") == page()


def test_every_setting_and_table_has_source_and_status():
    text = page()
    for row in field_table():
        if not row["is_section"]:
            assert row["source"]["status"] in STATUSES and row["source"]["citation"], row["path"]
            assert f"`{row['path'].rsplit('.', 1)[-1]}`" in text
    for name in fact_names():
        line = next(line for line in text.splitlines() if f"`facts/{name}.csv`" in line)
        cells = [cell.strip() for cell in line.split(" | ")]
        assert cells[2] and set(cells[-1].rstrip(" |").split(", ")) <= STATUSES, line


def test_the_page_counts_what_is_published_and_what_is_design():
    settings = [row for row in field_table() if not row["is_section"]]
    published = sum(row["source"]["status"] != "design" for row in settings)
    text = page()
    assert f"{published} of {len(settings)} settings have a published source" in text
    counts = text.partition("| part | settings |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in counts]
    assert sum(int(row[1]) for row in cells) == len(settings) and all(int(row[1]) for row in cells)
    assert sum(int(row[2]) for row in cells) == published


def test_the_committed_page_of_checks_is_current(tmp_path):
    committed = (DOCS / "checks.md").read_text(encoding="utf-8")
    assert committed == checks_page.page(), "run: python -m benchmarks.checks docs/checks.md"
    command = [sys.executable, "-m", "benchmarks.checks", str(tmp_path / "checks.md")]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    assert (tmp_path / "checks.md").read_text(encoding="utf-8") == committed


def test_every_check_and_statistic_is_on_the_page():
    text = checks_page.page()
    for check in all_checks(GenerationConfig()):
        assert f"`{check.id}`" in text or check.id.endswith(tuple(DECLARED)), check.id
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split(" | ")]
        assert not line.startswith("| `") or all(cells[:-1]), line
