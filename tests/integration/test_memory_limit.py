"""Runs where memory is short: in a cgroup of systemd's, and with an engine whose pool is full."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GENERATE = (sys.executable, "-m", "idgraph_widgets", "generate", "--quiet")


def in_a_cgroup(limit: str, *command: str) -> subprocess.CompletedProcess:
    """Run a command in a cgroup of its own that has so much memory and no swap."""
    if not Path("/run/systemd/system").is_dir() or shutil.which("systemd-run") is None:
        # Even where all that tests need is installed: a container's processes have no cgroups to give.
        pytest.skip("systemd does not run here, so there is nobody to ask for a cgroup with a memory limit")
    who = [] if os.geteuid() == 0 else ["--user"]
    scope = ["systemd-run", *who, "--scope", "--quiet", "-p", f"MemoryMax={limit}", "-p", "MemorySwapMax=0"]
    return subprocess.run([*scope, *command], capture_output=True, text=True, timeout=600)


def test_a_cgroup_of_2_gib_is_enough_for_a_run_and_its_checks(tmp_path):
    done = in_a_cgroup("2G", *GENERATE, "--households", "30000", "--out", str(tmp_path / "d"))
    assert done.returncode == 0, done.stderr
    assert "checks hold" in done.stdout


def test_a_cgroup_that_is_too_small_is_told_before_the_first_row(tmp_path):
    done = in_a_cgroup("300M", *GENERATE, "--households", "30000", "--out", str(tmp_path / "d"))
    assert done.returncode == 3
    assert "memory" in done.stderr and "Give more memory" in done.stderr
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_full_pool_ends_checks_with_words_and_does_not_hang(tmp_path):
    out = str(tmp_path / "d")
    subprocess.run([*GENERATE, "--households", "1000", "--out", out], check=True, capture_output=True)
    small = {**os.environ, "SAIL_RUNTIME__MEMORY_POOL__GREEDY__MAX_SIZE": "100000"}
    check = [sys.executable, "-m", "idgraph_widgets", "check", out]
    done = subprocess.run(check, env=small, capture_output=True, text=True, timeout=300)
    assert done.returncode == 3, done.stdout
    assert "idgraph: The embedded engine had not enough memory" in done.stderr
