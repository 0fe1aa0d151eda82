"""The browser's modules that need no page, in Node; what needs one is tested in Chromium."""

import re
import shutil
import subprocess
from pathlib import Path

from support.needs import lacking

HERE = Path(__file__).parent / "js"


def test_modules_do_in_node_what_their_tests_say():
    node = shutil.which("node") or lacking("no Node on the PATH (Debian: apt install nodejs)")
    files = sorted(map(str, HERE.glob("*.test.js")))
    command = [node, "--test", "--test-reporter=tap", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE), done.stdout
