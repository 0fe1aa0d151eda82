"""What a newcomer reads is there, current and true."""

import ast
import re
from pathlib import Path

import pytest

import idgraph_widgets
from idgraph_widgets.reference import fact_names, facts
from tools import blocks, pages
from tools.site import loaded_from_elsewhere

pytestmark = pytest.mark.quick

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


def test_tests_that_texts_name_are_there():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("deploy/**/*.txt")]:
        for name in re.findall(r"\btests/[\w/.]*\w", page.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), f"{page.relative_to(ROOT)} names {name}"


@pytest.fixture(scope="module")
def said():
    """Every text that the code holds, joined as it is said."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "idgraph_widgets").rglob("*.py")]
    return [
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def quoted_errors():
    return re.findall(r'^## "(.*)"$', text("docs/troubleshooting.md"), re.MULTILINE)


@pytest.mark.parametrize("error", quoted_errors())
def test_errors_in_troubleshooting_are_said_by_the_code(error, said):
    assert any(error in one for one in said)


def test_troubleshooting_quotes_errors():
    assert len(quoted_errors()) >= 10


def test_code_of_tutorial_and_guides_is_run():
    for page in blocks.pages():
        fences = re.findall(r"^```(\w*)$", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert set(fences) <= {"bash", "python", "text", "mermaid", ""}, page
        assert blocks.blocks(page), page


@pytest.mark.parametrize(
    "wrong",
    [
        '<script src="https://elsewhere.example/x.js"></script>',
        '<link rel="stylesheet" href="//elsewhere.example/x.css">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img src="http://elsewhere.example/x.png">',
    ],
)
def test_what_a_page_loads_from_elsewhere_is_found(wrong, tmp_path):
    (tmp_path / "page.html").write_text(f'<a href="https://elsewhere.example">fine</a><img src="x.png">{wrong}')
    (tmp_path / "style.css").write_text("a { background: url(x.png) }")
    assert len(loaded_from_elsewhere(tmp_path)) == 1
    (tmp_path / "style.css").write_text("@import url('https://elsewhere.example/font.css');")
    assert len(loaded_from_elsewhere(tmp_path)) == 2


def test_glossary_is_in_order():
    words = re.findall(r"^\*\*(.*)\*\*$", text("docs/glossary.md"), re.MULTILINE)
    assert words == sorted(words, key=str.casefold) and len(words) > 30


def test_words_of_the_code_are_in_the_code():
    table = [line for line in text("CONTRIBUTING.md").split("| word | what |", 1)[1].splitlines() if line.strip()]
    rows = [line.split("|")[1:3] for line in table[1:] if line.startswith("|")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "idgraph_widgets").rglob("*.py"))
    named = {name for _, what in rows for name in re.findall(r"`(?:\w+\.)*(\w+)(?:\(\w+\))?`", what)}
    gone = {name for name in named if not re.search(rf"\b{name}\b", code)}
    assert len(rows) > 15 and not gone
    words = [word.strip() for cell, _ in rows for word in cell.split(",")]
    assert len(set(words)) == len(words) and all(re.search(rf"\b{word}", code) for word in words)
