"""The server of the dashboard: what a page shows of it, its kernels and its port."""

from __future__ import annotations

import json
import subprocess
import sys


def test_the_page_shows_no_code_and_obeys_no_query_string(open_page, server):
    page = open_page()
    page.goto(f"{server.url}?template=lab&theme=dark")
    page.wait_for_selector(".idg-bar")
    text = page.content()
    assert "import Studio" not in text and "Traceback" not in text and "cdn" not in text.lower()


def test_a_page_that_is_left_ends_its_kernel_whatever_its_cookies_are(open_page, server):
    page = open_page()
    id = json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "_xsrf", "value": "of-another-server", "url": server.url}])
    kernel, end = f"{server.url.rstrip('/')}/api/kernels/{id}", f"{server.url}voila/api/shutdown/{id}"
    foreign = page.request.post(end, headers={"Origin": "http://elsewhere.example"})
    assert foreign.status in (403, 404) and page.request.get(kernel).ok
    page.reload()
    page.wait_for_selector(".idg-bar")
    for _ in range(100):
        if page.request.get(kernel).status == 404:
            break
        page.wait_for_timeout(100)
    assert page.request.get(kernel).status == 404


def test_a_taken_port_is_told_as_such(tmp_path, server):
    port = server.url.rstrip("/").rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "idgraph_widgets", "dashboard", "--no-browser", "--port", port],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 3
    assert f"Port {port} is taken" in done.stderr and "Traceback" not in done.stderr
    assert json.dumps(done.stdout) == '""'
