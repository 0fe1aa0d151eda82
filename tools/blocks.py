"""Runs every code block of the tutorial, the how-to guides and the README, page by page, as a reader who copies them would.

python -m tools.blocks                          # all pages, in this environment
python -m tools.blocks tutorial.md              # one, or some
python -m tools.blocks --python PATH            # with another environment, named by its Python

A page's blocks run in order, in an empty folder; ``bash`` blocks by bash, ``python`` blocks in one Python session. Blocks of
another kind (``text``, ``yaml``) are shown only. Lines that install are left out: `tools.wheel` tries those.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

_BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INSTALLS = re.compile(r"^(python -m venv|\. \.venv|python -m pip install)\b")

ON_DATABRICKS = "how-to/databricks.md"
"""Its session comes from the notebook, and its catalog from the workspace: here the embedded engine and its own catalog."""

_PRELUDE = {ON_DATABRICKS: "from idgraph_widgets import start_engine\nspark = start_engine().spark\n"}
_INSTEAD = {ON_DATABRICKS: {'CATALOG, SCHEMA = "main"': "CATALOG, SCHEMA = None"}}


def pages() -> list[str]:
    """Paths below ``docs`` of the pages whose blocks are run."""
    return [
        "tutorial.md",
        *sorted(str(page.relative_to(DOCS)) for page in (DOCS / "how-to").glob("*.md")),
        "../README.md",
    ]


def blocks(page: str) -> list[tuple[str, str]]:
    """(language, code) of the blocks of a page that can be run here."""
    found = []
    for language, code in _BLOCK.findall((DOCS / page).read_text(encoding="utf-8")):
        kept = "\n".join(line for line in code.splitlines() if not _INSTALLS.match(line))
        if page == "../README.md":
            # Its first two lines install and go on: what follows the install is run, the tests are run by themselves.
            kept = code.partition(" && ")[2] if "pip install" in code and "pytest" not in code else kept
        for old, new in _INSTEAD.get(page, {}).items():
            kept = kept.replace(old, new)
        if kept.strip():
            found.append((language, kept))
    return found


def run_page(page: str, python: str, folder: Path, installed: bool = False) -> str:
    """Run a page's blocks in a folder, with the package of this tree or the installed one; what went wrong, or nothing."""
    session = folder / "session.py"
    steps = [("python", _PRELUDE[page])] if page in _PRELUDE else []
    steps += blocks(page)
    # One Python session for the page, which runs its bash blocks in their turn.
    lines = [
        "import os, subprocess, sys",
        "os.environ['PATH'] = os.path.dirname(sys.executable) + ':' + os.environ['PATH']",
    ]
    for language, code in steps:
        lines += ["print(" + repr(f"--- {code.strip().splitlines()[0]}") + ", flush=True)"]
        if language == "python":
            lines.append(f"exec(compile({code!r}, {page!r}, 'exec'))")
        elif code.startswith("idgraph dashboard"):
            lines.append(f"import tools.blocks; tools.blocks.serve_and_stop({code.strip()!r})")
        else:
            lines.append(f"subprocess.run(['bash', '-euo', 'pipefail', '-c', {code!r}], check=True)")
    session.write_text("\n".join(lines) + "\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if not installed:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
    (folder / "work").mkdir()
    done = subprocess.run(
        [python, str(session)],
        cwd=folder / "work",
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if os.environ.get("IDGRAPH_SHOW"):
        print(done.stdout)
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-4000:]


def serve_and_stop(command: str) -> None:
    """Start a dashboard as a page says, wait for its address, stop it."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"], stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline and process.poll() is None:
                log.seek(0)
                if "http://" in log.read():
                    return
                time.sleep(0.2)
            log.seek(0)
            raise RuntimeError(f"{command} printed no address: {log.read()}")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


@contextlib.contextmanager
def catalog_service():
    """A stand-in for Unity Catalog on this machine, named by the environment, for the page about it."""
    from support.uc_server.server import OpenSourceServer

    from idgraph_widgets.unity.connection import Connection
    from idgraph_widgets.unity.unity_catalog import UnityCatalog

    with OpenSourceServer() as server:
        UnityCatalog(Connection(server.url, server.admin_token)).create_catalog("main")
        os.environ.update({"UNITY_CATALOG_URI": server.url, "UNITY_CATALOG_TOKEN": server.admin_token})
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"default: {', '.join(pages())}")
    parser.add_argument("--python", default=sys.executable, metavar="PATH")
    arguments = parser.parse_args()
    failed = 0
    with catalog_service():
        for page in arguments.pages or pages():
            begun = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder:
                wrong = run_page(page, arguments.python, Path(folder))
            failed += bool(wrong)
            print(f"{page}: {len(blocks(page))} blocks, {time.perf_counter() - begun:.0f} s {wrong}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
