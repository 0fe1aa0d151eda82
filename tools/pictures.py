"""Pictures for the documentation, of a real run: the studio, the report, and charts of it.

python -m tools.pictures             # writes docs/images/*.webp; needs the extra dev and Chromium
"""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from support.browser import Server, chromium, wait_for_plots

from tools.gallery import CHARTS

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
RUN = ("--households", "10000", "--seed", "42")
SIZE = {"width": 1200, "height": 800}

_AS_WEBP = """async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.82).split(",")[1];
}"""


def keep(blank, name: str, png: bytes) -> None:
    """Write a picture as WebP, which Chromium makes of it."""
    webp = base64.b64decode(blank.evaluate(_AS_WEBP, base64.b64encode(png).decode()))
    IMAGES.mkdir(parents=True, exist_ok=True)
    (IMAGES / f"{name}.webp").write_bytes(webp)
    print(f"{name}.webp: {len(webp) / 1000:.0f} kB")


def report_pictures(browser, blank, folder: Path) -> None:
    idgraph = [sys.executable, "-m", "idgraph_widgets"]
    subprocess.run([*idgraph, "generate", *RUN, "--out", folder / "demo", "--quiet"], check=True, timeout=600)
    subprocess.run([*idgraph, "report", folder / "demo", "--html", folder / "report.html"], check=True, timeout=600)
    page = browser.new_page(viewport=SIZE)
    page.goto((folder / "report.html").as_uri())
    page.wait_for_selector("figure.card svg.main-svg")
    page.locator("#fidelity").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#fidelity').scrollIntoView()")
    page.wait_for_timeout(1000)
    keep(blank, "report", page.screenshot())
    for chart in CHARTS:
        card = page.locator(f"#{chart.section} figure.card", has=page.locator("h3", has_text=chart.title)).first
        card.scroll_into_view_if_needed()
        page.wait_for_timeout(400)
        keep(blank, f"chart-{chart.file}", card.screenshot())
    page.close()


def studio_picture(browser, blank, folder: Path) -> None:
    with Server(folder) as server:
        page = browser.new_page(viewport=SIZE)
        page.goto(server.url)
        wait_for_plots(page)
        page.wait_for_timeout(500)
        keep(blank, "studio", page.screenshot())
        page.close()


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        blank = browser.new_page()
        report_pictures(browser, blank, Path(folder))
        studio_picture(browser, blank, Path(folder))
        browser.close()


if __name__ == "__main__":
    main()
