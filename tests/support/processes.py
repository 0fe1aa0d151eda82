"""Python processes of their own: PySpark is either classic or Connect in a process, so other engines get theirs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent


def own_environment() -> dict[str, str]:
    """The environment without the marks of this process's engine, which PySpark leaves there; knows `support`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_CONNECT_MODE", "SPARK_REMOTE"))}
    paths = [str(TESTS), str(ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(paths)}


def idgraph(*args, **environment: str) -> subprocess.CompletedProcess:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "idgraph_widgets", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **environment},
    )
