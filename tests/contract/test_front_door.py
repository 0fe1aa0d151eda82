"""What a newcomer reads is there, current and true."""

import re
from pathlib import Path

import pytest

import idgraph_widgets
from idgraph_widgets.reference import fact_names, facts
from tools import pages

ROOT = Path(__file__).parents[2]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_files_made_from_the_code_are_current():
    assert pages.outdated() == [], "run: python -m tools.pages"


@pytest.mark.parametrize("name", fact_names())
def test_the_notice_names_every_source(name):
    notice = " ".join(text("NOTICE").split())
    assert f"facts/{name}.csv" in notice
    for row in facts(name):
        source = str(row.get("source") or row.get("basis") or "")
        assert " ".join(source.split()) in notice


def test_the_version_is_said_once():
    project = text("pyproject.toml")
    assert 'dynamic = ["version"]' in project and 'version = { attr = "idgraph_widgets.__version__" }' in project
    assert f"\n## {idgraph_widgets.__version__}\n" in text("CHANGELOG.md")
    assert "version:" not in text("CITATION.cff").replace("cff-version:", "")


def test_links_between_files_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert "://" in target or (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"
