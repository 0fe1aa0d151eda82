"""The documentation as a site that needs no network: builds it, and looks for anything it would load from elsewhere.

python -m tools.site                  # builds site/; needs the extra docs
python -m tools.site --browser        # and opens pages of it in Chromium, as a reader would; needs the extra dev

Diagrams and the search need scripts that are taken from npm, or from the folder ``node_modules`` that IDGRAPH_SITE_SCRIPTS
names.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "site"

_LOADS = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src", "embed": "src",
    "object": "data", "link": "href",
}  # fmt: skip
_ELSEWHERE = re.compile(r"\s*(?:[a-z]+:)?//", re.IGNORECASE)
_TOLD = ("canonical", "next", "prev", "author", "license")
"""Relations of <link> by which nothing is loaded."""


class _Loaded(HTMLParser):
    """Addresses on other machines that a page would load."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        address = given.get(_LOADS.get(tag, "")) or ""
        if _ELSEWHERE.match(address) and not (tag == "link" and given.get("rel") in _TOLD):
            self.found.append(address)


def loaded_from_elsewhere(folder: Path) -> list[str]:
    """What pages and style sheets of a folder would load from another machine, each with the file that does."""
    found = []
    for page in sorted(folder.rglob("*.html")):
        parser = _Loaded()
        parser.feed(page.read_text(encoding="utf-8"))
        found += [f"{page.relative_to(folder)}: {address}" for address in parser.found]
    for sheet in sorted(folder.rglob("*.css")):
        text = sheet.read_text(encoding="utf-8")
        for address in re.findall(r"(?:@import\s+|url\()[\"']?\s*((?:[a-z]+:)?//[^\"')\s]+)", text, re.IGNORECASE):
            found.append(f"{sheet.relative_to(folder)}: {address}")
    return found


def asked_in_browser(folder: Path, pages: tuple[str, ...]) -> list[str]:
    """Requests to other machines, and errors, while Chromium shows pages and searches in them."""
    from playwright.sync_api import sync_playwright
    from support.browser import chromium

    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda r: found.append(r.url) if r.url.startswith(("http:", "https:", "ws")) else None)
        page.on("pageerror", lambda error: found.append(str(error)))
        for name in pages:
            page.goto((folder / name).as_uri())
            page.wait_for_timeout(700)
            if page.locator("code:has-text('erDiagram')").count():
                found.append(f"{name}: the diagram is not drawn")
        page.locator(".md-search__input").first.click()
        page.keyboard.type("holdout")
        page.wait_for_selector(".md-search-result__item", timeout=20_000)
        browser.close()
    return found


def scripts(folder: Path) -> str | None:
    """A folder ``node_modules`` with what the theme would load: the one that is named, or a new one; None without npm."""
    given = os.environ.get("IDGRAPH_SITE_SCRIPTS")
    if given or not shutil.which("npm"):
        return given
    npm = [
        "npm",
        "install",
        "--prefix",
        str(folder),
        "--silent",
        "--no-audit",
        "--no-fund",
        "mermaid@11",
        "iframe-worker@1",
    ]
    subprocess.run(npm, check=True, timeout=600)
    return str(folder / "node_modules")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browser", action="store_true", help="open pages in Chromium, too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        given = scripts(Path(folder))
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **({"IDGRAPH_SITE_SCRIPTS": given} if given else {})}
        build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean", "--quiet"]
        if subprocess.run(build, cwd=ROOT, env=environment, check=False).returncode:
            return 1
    found = loaded_from_elsewhere(SITE)
    if arguments.browser:
        pages = ("index.html", "tutorial.html", "reference/tables.html", "reference/python.html", "gallery.html")
        found += asked_in_browser(SITE, pages)
    for line in found:
        print(f"not of this site: {line}", file=sys.stderr)
    print(f"{len(list(SITE.rglob('*.html')))} pages in {SITE}, {len(found)} things from elsewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
