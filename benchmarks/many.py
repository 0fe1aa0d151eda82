"""Many people at one dashboard, in real browsers: how soon it is there, how plots follow, what it takes and survives.

``python -m benchmarks.many [VISITORS]`` prints a Markdown table. All of them are on this machine, as is the server; ten
move sliders, while others run datasets and one says over raw lines what no page says; then the server begins anew in
the middle of the queue. It needs the extras ``local,dashboard,dev`` and a Chromium, as `benchmarks.studio` does.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import psutil
from support.browser import Server, chromium, wait_for_plots

from benchmarks.studio import MEASURE
from idgraph_widgets.dashboard.people import People

PORT = 8931
MOVERS, RUNNERS, SECONDS = 10, 3, 20
_MOVE = """
(slider) => {
  let step = 0;
  window.idgMoving = setInterval(() => {
    step += 1;
    if (window.idgPressed !== null) return;
    slider.value = Number(slider.value) + (step % 20 < 10 ? 1 : -1) * Number(slider.step || 1);
    window.idgPressed = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }, 250 + 100 * Math.random());
}
"""


def health(url: str) -> dict:
    with urllib.request.urlopen(f"{url}health", timeout=10) as answer:  # noqa: S310 - our own server
        return json.loads(answer.read())


def until(condition, seconds: float):
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)
    return found


class Attacker(threading.Thread):
    """Sends requests to run code over raw lines to a person's own kernel, until stopped; ``ran`` must stay False."""

    def __init__(self, url: str, cookies: list[dict], kernel: str, mark: Path):
        super().__init__(daemon=True)
        self._url, self._kernel, self._mark = url, kernel, mark
        self._cookie = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
        self.tries, self.going = 0, True

    @property
    def ran(self) -> bool:
        return self._mark.exists()

    def run(self) -> None:
        asyncio.run(self._attack())

    async def _attack(self) -> None:
        from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
        from tornado.httpclient import HTTPRequest
        from tornado.websocket import websocket_connect

        header = {"msg_id": "m", "msg_type": "execute_request", "session": "x", "username": "", "version": "5.3"}
        content = {"code": f"open({str(self._mark)!r}, 'w')", "silent": False}
        parts = [json.dumps(one).encode() for one in (header, {}, {}, content)]
        frames = [serialize_msg_to_ws_v1(parts, channel) for channel in ("shell", "control")] + [b"\x01" * 64]
        address = f"{self._url.replace('http', 'ws')}api/kernels/{self._kernel}/channels?session_id=x"
        while self.going:
            for frame in frames:
                self.tries += 1
                try:
                    request = HTTPRequest(address, headers={"Cookie": self._cookie})
                    line = await websocket_connect(request, subprotocols=["v1.kernel.websocket.jupyter.org"])
                    await line.write_message(frame, binary=True)
                    await asyncio.wait_for(line.read_message(), 2)
                    line.close()
                except Exception:  # noqa: S110 - a closed line is what it gets
                    pass
                await asyncio.sleep(0.2)


def kernels_of(process: psutil.Process) -> list[int]:
    """Bytes of memory of each kernel that a server has started, shared pages divided among those that share them."""
    return sorted(one.memory_full_info().pss for one in process.children() if "ipykernel" in " ".join(one.cmdline()))


def main(visitors: int = 20) -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, rows = Path(name), []
        people = People(folder / "home")
        tokens = [people.invite(f"visitor {i}") for i in range(visitors)]
        options = ("--login", "token", "--port", str(PORT), "--runs-at-once", "1")
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        pages, soon = [], []
        with Server(folder, *options, "--warm", str(visitors)) as server:
            until(lambda: health(server.url)["warm"] >= visitors, 300)
            time.sleep(20)  # they load what they need
            own = psutil.Process(server.pid)
            for token in tokens:
                page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
                page.set_default_timeout(180_000)
                page.goto(f"{server.url}login")
                began = time.perf_counter()
                page.goto(f"{server.url}?token={token}")
                wait_for_plots(page)
                soon.append(time.perf_counter() - began)
                pages.append(page)
            rows.append(("navigation to first plots, warm, median and worst of all", _seconds(soon), "10 s"))
            used = kernels_of(own)
            movers = pages[:MOVERS]
            for page in movers:
                page.evaluate(MEASURE, "incomes")
                page.get_by_role("slider", name="<30K").evaluate(_MOVE)
            time.sleep(SECONDS)
            times = sorted(itertools.chain.from_iterable(page.evaluate("window.idgTimes") for page in movers))
            found = f"{statistics.median(times):.0f} ms, {times[int(len(times) * 0.95)]:.0f} ms ({len(times)} moves)"
            rows.append((f"slider to plot while {MOVERS} move, median and 95 %", found, "150 ms"))
            used = kernels_of(own)[-visitors:]
            share = own.memory_full_info().pss / visitors
            memory = f"{(statistics.mean(used) + share) / 1e6:.0f} MB"
            rows.append(("memory a visitor: kernel and a share of the server", memory, "150 MB"))
            for page in movers:
                page.evaluate("clearInterval(window.idgMoving)")
            attacker = _attack(pages[-1], server.url, folder / "ran")
            runners = pages[MOVERS : MOVERS + RUNNERS]
            for page in runners:
                page.get_by_role("textbox", name="Households", exact=True).fill("20000")
                page.wait_for_timeout(800)
                page.get_by_role("tab", name="Run").click()
                page.get_by_role("button", name="Generate").click()
            until(lambda: health(server.url)["working"] == 1, 60)
            before = health(server.url)
            page.wait_for_timeout(1000)
        # Whatever the first server's end has done to pages, they come back as soon as they are used.
        with Server(folder, *options, "--warm", "2") as server:
            began = time.perf_counter()
            time.sleep(12)  # pages look after their kernels every ten seconds
            for page in pages:
                page.mouse.move(200, 300)
                page.mouse.move(220, 320)
            for page in runners:
                page.get_by_role("heading", name="Done").wait_for(timeout=300_000)
            rows.append(
                (
                    f"runs that wait ({before['waiting']}) and work ({before['working']}) as the server begins anew",
                    "all done",
                    "all",
                )
            )
            kept = all(page.locator(".idg-summary").text_content().startswith("20,000") for page in runners)
            rows.append(("sessions after that", "all there" if kept else "lost", "all"))
            back = until(lambda: health(server.url)["studios"] >= visitors, 300)
            rows.append(
                ("every page has a kernel again after", f"{time.perf_counter() - began:.0f} s" if back else "", "")
            )
        attacker.going = False
        rows.append((f"code run by {attacker.tries} raw requests", "some" if attacker.ran else "none", "none"))
        browser.close()
    print(f"{visitors} visitors, load average {psutil.getloadavg()[1]:.1f}\n")
    print("| figure | measured | at most |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def _seconds(found: list[float]) -> str:
    return f"{statistics.median(found):.1f} s, {max(found):.1f} s"


def _attack(page, url: str, mark: Path) -> Attacker:
    kernel = json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]
    attacker = Attacker(url, page.context.cookies(), kernel, mark)
    attacker.start()
    return attacker


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
