"""What tests of the dashboard in a browser share: its tabs, pictures of it, and axe-core.

Set IDGRAPH_SCREENSHOTS to a folder to keep a picture of every stage; IDGRAPH_AXE is the path of axe.min.js, which is
otherwise looked for among npm's global packages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

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


def find_axe() -> str | None:
    """Path of ``axe.min.js``, or None."""
    given = os.environ.get("IDGRAPH_AXE")
    if not given and shutil.which("npm"):
        root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True).stdout.strip()
        given = str(Path(root, "axe-core", "axe.min.js"))
    return given if given and Path(given).exists() else None
