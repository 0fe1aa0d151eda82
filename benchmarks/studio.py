"""The studio in a real browser: how soon it is there, how fast a plot follows a slider, what travels.

``python -m benchmarks.studio`` prints a Markdown table. It needs the extras ``local,dashboard,dev`` and a
Chromium (``$IDGRAPH_CHROMIUM``, one on the PATH, or Playwright's own).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.browser import Server, Traffic, chromium, wait_for_plots

PRESSES = 60

# In the page: the time from a key press to the frame in which the plot was repainted.
MEASURE = """
(card) => {
  const plot = document.querySelector(`[data-card="${card}"] .idg-plot`);
  window.idgTimes = [];
  window.idgPressed = null;
  window.addEventListener("keydown", () => { window.idgPressed = performance.now(); }, true);
  new MutationObserver(() => {
    const pressed = window.idgPressed;
    if (pressed === null) return;
    window.idgPressed = null;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.idgTimes.push(performance.now() - pressed);
      channel.port2.postMessage(0);
    });
  }).observe(plot, { attributes: true, attributeFilter: ["data-painted"] });
}
"""


def latencies(page) -> list[float]:
    """Milliseconds from each key press on a slider to the repainted plot."""
    page.evaluate(MEASURE, "incomes")
    slider = page.get_by_role("slider", name="<30K")
    slider.focus()
    for i in range(PRESSES):
        page.keyboard.press("ArrowRight" if i % 20 < 10 else "ArrowLeft")
        page.wait_for_function(f"() => window.idgTimes.length >= {i + 1}", timeout=10_000)
    return page.evaluate("window.idgTimes")


def main() -> None:
    from playwright.sync_api import sync_playwright

    code = "import time; t = time.perf_counter(); import idgraph_widgets; print(time.perf_counter() - t)"
    imports = [float(subprocess.check_output([sys.executable, "-c", code], text=True)) for _ in range(3)]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, Server(Path(folder)) as server:
        time.sleep(8)  # the warm kernel
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        traffic = Traffic(page, server.url)
        began = time.perf_counter()
        page.goto(server.url)
        wait_for_plots(page)
        painted = time.perf_counter() - began
        page.wait_for_timeout(1000)
        received = list(traffic.received)
        times = latencies(page)
        traffic.messages = 0
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(1500)
        a_change = traffic.messages
        page.get_by_role("tab", name="Run").click()
        page.get_by_role("button", name="Generate").click()
        began, moves = time.perf_counter(), set()
        while not page.get_by_text("Wrote").count():
            moves.add(page.get_by_role("progressbar").get_attribute("aria-valuenow") if moves else None)
            page.wait_for_timeout(100)
        generated = time.perf_counter() - began
        browser.close()
    rows = [
        ("import idgraph_widgets", f"{min(imports):.2f} s", "0.3 s"),
        ("navigation to every plot of the first tab painted", f"{painted:.1f} s", "5 s"),
        ("whole page over the websocket", f"{sum(received) / 1e6:.2f} MB", "2 MB"),
        ("largest messages", ", ".join(f"{size / 1e3:.0f} kB" for size in sorted(received)[-1:-4:-1]), "1 MB but one"),
        ("key press to repainted plot, median", f"{statistics.median(times):.0f} ms", "50 ms"),
        ("key press to repainted plot, 95 %", f"{sorted(times)[int(len(times) * 0.95)]:.0f} ms", "120 ms"),
        ("messages a change", str(a_change), "4"),
        ("console errors", str(len(traffic.errors)), "0"),
        ("requests that leave the machine", str(len(traffic.outside)), "0"),
        ("Generate 10 K households", f"{generated:.1f} s, {len(moves)} positions of the bar", "20 s"),
    ]
    print("| figure | measured | at most |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    for line in [*traffic.errors, *traffic.outside]:
        print(json.dumps(line)[:200])


if __name__ == "__main__":
    main()
