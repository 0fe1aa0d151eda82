"""Runs where memory is short: in a cgroup with a limit, and with an engine whose pool is full."""

import os
import shutil
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest

GENERATE = (sys.executable, "-m", "idgraph_widgets", "generate", "--quiet")


LIMIT_FILES = {"memory": "memory.limit_in_bytes", "unified": "memory.max"}
"""The file that limits memory in a hierarchy of the first version of cgroups, and in the second version."""


@contextmanager
def own_cgroup(limit: int):
    """A new cgroup with so much memory, made where this process is the owner of the hierarchy; else None."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    first = [
        Path(point) for _, point, kind, options, *_ in mounts if kind == "cgroup" and "memory" in options.split(",")
    ]
    second = [Path(point) for _, point, kind, *_ in mounts if kind == "cgroup2"]
    folder = None
    for kind, root in [*(("memory", root) for root in first), *(("unified", root) for root in second)]:
        made = root / f"idgraph-test-{uuid.uuid4().hex[:8]}"
        try:
            made.mkdir()
        except OSError:
            continue
        try:
            (made / LIMIT_FILES[kind]).write_text(str(limit))
            folder = made
            break
        except OSError:
            made.rmdir()
    try:
        yield folder
    finally:
        if folder is not None:
            folder.rmdir()


def in_a_cgroup(mebibytes: int, *command: str) -> subprocess.CompletedProcess:
    """Run a command in a cgroup of its own that has so much memory: made here, or by systemd."""
    with own_cgroup(mebibytes << 20) as folder:
        if folder is not None:
            inside = ("sh", "-c", f'echo $$ > {folder}/cgroup.procs && exec "$@"', "sh", *command)
        elif Path("/run/systemd/system").is_dir() and shutil.which("systemd-run") is not None:
            who = [] if os.geteuid() == 0 else ["--user"]
            limits = ("-p", f"MemoryMax={mebibytes}M", "-p", "MemorySwapMax=0")
            inside = ("systemd-run", *who, "--scope", "--quiet", *limits, *command)
        else:
            # Even where all that tests need is installed: most containers' processes have no cgroups to give.
            pytest.skip(
                "this process may make no cgroup with a memory limit, and systemd, which could, does not run here"
            )
        return subprocess.run(inside, capture_output=True, text=True, timeout=600)


def test_a_cgroup_of_2_gib_is_enough_for_a_run_and_its_checks(tmp_path):
    done = in_a_cgroup(2048, *GENERATE, "--households", "30000", "--out", str(tmp_path / "d"))
    assert done.returncode == 0, done.stderr
    assert "checks hold" in done.stdout


def test_a_cgroup_that_is_too_small_is_told_before_the_first_row(tmp_path):
    done = in_a_cgroup(300, *GENERATE, "--households", "30000", "--out", str(tmp_path / "d"))
    assert done.returncode == 3
    assert "memory" in done.stderr and "Give more memory" in done.stderr
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_full_pool_ends_checks_with_words_and_does_not_hang(dataset_1k_path, tmp_path):
    out = str(shutil.copytree(dataset_1k_path, tmp_path / "d"))
    small = {**os.environ, "SAIL_RUNTIME__MEMORY_POOL__GREEDY__MAX_SIZE": "100000"}
    check = [sys.executable, "-m", "idgraph_widgets", "check", out]
    done = subprocess.run(check, env=small, capture_output=True, text=True, timeout=300)
    assert done.returncode == 3, done.stdout
    assert "idgraph: The embedded engine had not enough memory" in done.stderr
