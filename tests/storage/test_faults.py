"""Disks that are full or read-only, and two writers at once: a clear error, nothing lost, exit code 3."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.fault_tools import digests, files_in_use, files_on_disk, latest_is_published

from idgraph_widgets.cli import main
from idgraph_widgets.storage import Manifest
from idgraph_widgets.storage.faults import disk_fault
from idgraph_widgets.storage.folder.lock import DatasetLock

IDGRAPH = [sys.executable, "-m", "idgraph_widgets"]
OTHER = ["--households", "1000", "--seed", "9"]
GROWN = ["--mode", "append", "--households", "1500"]


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """A file system of its own in memory, mounted at `folder`; skips where that is not allowed."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if made.returncode != 0:
        # A right that nothing .ci/run could install gives.
        pytest.skip(f"a small disk needs the right to mount a tmpfs: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def leave_free(disk: Path, kilobytes: int) -> Path:
    """Fill a disk up to that much; returns the file that does."""
    ballast = disk / "ballast"
    free = shutil.disk_usage(disk).free - kilobytes * 1024
    with ballast.open("wb") as file:
        file.write(bytes(free))
    return ballast


def run(args, capsys):
    """Exit code and message of a command."""
    capsys.readouterr()
    return main([*args, "--quiet"]), capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a Linux tmpfs")
@pytest.mark.parametrize("wanted", [OTHER, GROWN], ids=["overwrite", "append"])
def test_a_full_disk(dataset_1k_path, tmp_path, wanted, capsys):
    """At the first file and in the middle; with room again, the same command succeeds."""
    with small_disk(tmp_path / "disk", 40) as disk:
        out = shutil.copytree(dataset_1k_path, disk / "d")
        before, files = digests(out), files_on_disk(out)
        for kilobytes in (64, 400):
            ballast = leave_free(disk, kilobytes)
            code, printed = run(["generate", *wanted, "--out", str(out)], capsys)
            assert code == 3, (kilobytes, printed)
            assert "disk is full. Free some space" in printed and "Traceback" not in printed
            assert digests(out) == before
            ballast.unlink()
            assert main(["vacuum", str(out)]) == 0
            assert digests(out) == before and latest_is_published(out)
            assert files_on_disk(out) == files_in_use(out) == files
        code, printed = run(["generate", *wanted, "--out", str(out)], capsys)
        assert code == 0, printed
        assert digests(out)["households"] != before["households"]


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a Linux tmpfs")
def test_a_full_disk_stops_an_export(dataset_1k_path, tmp_path, capsys):
    with small_disk(tmp_path / "disk", 4) as disk:
        for form in ("parquet", "csv", "jsonl", "duckdb"):
            leave_free(disk, 300)
            target = ["--format", form, "--out", str(disk / "copy")]
            code, printed = run(["export", str(dataset_1k_path), *target], capsys)
            assert code == 3, form
            assert "copy cannot be written" in printed and "full" in printed, printed
            assert [p.name for p in disk.iterdir()] == ["ballast"]
            (disk / "ballast").unlink()


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a Linux tmpfs")
def test_a_read_only_disk(dataset_1k_path, tmp_path, capsys):
    with small_disk(tmp_path / "disk", 40) as disk:
        out = shutil.copytree(dataset_1k_path, disk / "d")
        before = digests(out)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        commands = [
            ["generate", *OTHER, "--out", str(out)],
            ["generate", *GROWN, "--out", str(out)],
            ["generate", *OTHER, "--out", str(disk / "new")],
            ["export", str(out), "--out", str(disk / "copy")],
        ]
        for command in commands:
            code, printed = run(command, capsys)
            assert code == 3, command
            assert "cannot be written: Read-only file system" in printed, printed
        for command in ("vacuum", "optimize"):
            assert main([command, str(out)]) == 3
            assert "cannot be written: Read-only file system" in capsys.readouterr().err
        # Reading needs no right to write.
        assert digests(out) == before
        assert main(["export", str(out), "--format", "csv", "--out", str(tmp_path / "csv")]) == 0


def test_who_writes_is_not_disturbed(dataset_1k_path, tmp_path, capsys):
    """A second writer is told who the first one is."""
    out = shutil.copytree(dataset_1k_path, tmp_path / "d")
    before = digests(out)
    lock = DatasetLock(out)
    lock.acquire()
    try:
        for command in (["generate", *OTHER, "--out", str(out)], ["generate", *GROWN, "--out", str(out)]):
            code, printed = run(command, capsys)
            assert code == 3 and f"being written by another run (process {os.getpid()} on" in printed
        for command in ("vacuum", "optimize"):
            assert main([command, str(out)]) == 3
            assert "being written by another run" in capsys.readouterr().err
        assert main(["export", str(out), "--format", "csv", "--out", str(tmp_path / "csv")]) == 0
    finally:
        lock.release()
    assert digests(out) == before


def test_two_writers_at_once(tmp_path):
    """Two processes start on one new folder: one of them makes the dataset, the other is refused."""
    out = tmp_path / "d"
    commands = [
        [*IDGRAPH, "generate", "--households", "1000", "--seed", seed, "--out", str(out), "--json", "--quiet"]
        for seed in ("1", "2")
    ]
    both = [subprocess.Popen(c, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for c in commands]
    printed = [json.loads(process.communicate()[0]) for process in both]
    codes = [process.returncode for process in both]
    assert sorted(codes) == [0, 3], printed
    winner, loser = printed[codes.index(0)], printed[codes.index(3)]
    assert "being written by another run" in loser["message"]
    manifest = Manifest.read(out)
    assert manifest.run_id == winner["run_id"] and manifest.seed == 1 + codes.index(0)
    assert winner["checks"]["passed"] and digests(out) and latest_is_published(out)
    assert files_on_disk(out) == files_in_use(out)


def test_optimize_and_vacuum_as_commands(dataset_1k_path, tmp_path, capsys):
    out = shutil.copytree(dataset_1k_path, tmp_path / "d")
    before = digests(out)
    assert main(["optimize", str(out), "--tables", "campaign_exposures,households", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["tables"]) == {"campaign_exposures", "households"}
    assert main(["optimize", str(out), "--quiet"]) == 0
    assert "campaign_exposures" in capsys.readouterr().out
    assert digests(out) == before and latest_is_published(out)
    (out / "households" / "data" / "orphan.parquet").write_text("of a run that nobody knows")
    extra = files_on_disk(out) - files_in_use(out)
    assert main(["vacuum", str(out), "--dry-run", "--keep-hours", "0", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["files"]) == extra
    assert main(["vacuum", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == ["households/data/orphan.parquet"]
    assert main(["vacuum", str(out), "--keep-hours", "0"]) == 0
    assert files_on_disk(out) == files_in_use(out) and digests(out) == before
    for command in ("vacuum", "optimize"):
        assert main([command, str(tmp_path / "none")]) == 3
        assert "There is no dataset at" in capsys.readouterr().err


def test_a_disk_fault_is_known_by_its_words():
    """Engines wrap what the operating system said."""
    inner = RuntimeError("object store: Generic LocalFileSystem error: No space left on device (os error 28)")
    try:
        raise ValueError("job failed") from inner
    except ValueError as error:
        assert "disk is full" in disk_fault(error)
    assert "mounted read-only" in disk_fault(OSError(30, "whatever language"))
    assert disk_fault(ValueError("something else")) is None
