"""What a process may use, as the system tells it, and what is made of it: a pool, tasks, parts."""

import socket
from pathlib import Path

import psutil
import pytest

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.engines.embedded import LEAST_POOL, OWN_BYTES, POOL_SHARE, pool_bytes
from idgraph_widgets.errors import EngineError, RunError
from idgraph_widgets.memory import Memory, available_memory, memory_fault
from idgraph_widgets.pipeline.sizing import part_homes, room
from idgraph_widgets.pipeline.workers import Workers
from idgraph_widgets.quality.runner import SLICE, fitting_homes
from idgraph_widgets.schema import ids

pytestmark = pytest.mark.quick

GIB, MIB = 1 << 30, 1 << 20
HERE = socket.gethostname()


class System:
    """Files as those in which Linux describes a process and its cgroups."""

    def __init__(self, folder: Path):
        self.proc, self.mount = folder / "proc", folder / "cgroup folder"
        self.proc.mkdir()
        self.mount.mkdir()

    def process(self, own: str, kind: str, options: str, root: str = "/") -> None:
        mount = str(self.mount).replace(" ", "\\040")
        (self.proc / "cgroup").write_text(f"9:name=systemd:/elsewhere\n{own}\n")
        other = "30 23 0:27 / /proc rw - proc proc rw"
        (self.proc / "mountinfo").write_text(
            f"{other}\n35 31 0:32 {root} {mount} rw,relatime shared:9 - {kind} cgroup {options}\n"
        )

    def group(self, path: str, **files: str) -> Path:
        folder = self.mount / path
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / f"memory.{name}").write_text(text + "\n")
        return folder


@pytest.fixture
def system(tmp_path):
    return System(tmp_path)


def test_a_cgroup_of_version_2_bounds_the_process(system):
    system.process("0::/user/job", "cgroup2", "rw")
    system.group("", stat="file 5")  # the root has no limit
    system.group("user", max="max", current=str(3 * GIB))
    files = f"anon 1\ninactive_file {200 * MIB}\nactive_file {100 * MIB}\nshmem 7"
    folder = system.group("user/job", max=str(GIB), current=str(600 * MIB), stat=files)
    found = available_memory(system.proc)
    # Cached files go when memory is needed.
    assert found == Memory(GIB, GIB - 300 * MIB, f"the cgroup {folder}")


def test_a_limit_above_the_own_cgroup_counts(system):
    system.process("0::/pod/container", "cgroup2", "rw")
    above = system.group("pod", max=str(2 * GIB), current=str(2 * GIB - 10 * MIB))
    system.group("pod/container", max=str(3 * GIB), current=str(GIB))
    assert available_memory(system.proc) == Memory(2 * GIB, 10 * MIB, f"the cgroup {above}")


def test_a_cgroup_of_version_1_bounds_the_process(system):
    system.process("4:cpu,memory:/docker/abc", "cgroup", "rw,cpu,memory", root="/docker/abc")
    # A container sees its own part of the hierarchy only.
    files = f"inactive_file 1\ntotal_inactive_file {MIB}\ntotal_active_file {MIB}"
    folder = system.group("", limit_in_bytes=str(512 * MIB), usage_in_bytes=str(100 * MIB), stat=files)
    assert available_memory(system.proc) == Memory(512 * MIB, 414 * MIB, f"the cgroup {folder}")


@pytest.mark.parametrize("limit", ["9223372036854771712", "max"])
def test_a_limit_above_the_machine_is_none(system, limit):
    system.process("4:memory:/job", "cgroup", "rw,memory")
    system.group("job", limit_in_bytes=limit, usage_in_bytes="4096")
    found = available_memory(system.proc)
    assert (found.limit, found.where) == (psutil.virtual_memory().total, "this machine")


def test_a_system_without_cgroups_has_the_memory_of_the_machine(tmp_path):
    found = available_memory(tmp_path / "proc")
    assert found.limit == psutil.virtual_memory().total and 0 < found.left < found.limit


# --- the embedded engine ------------------------------------------------------------------------------------


def test_the_pool_leaves_room_for_what_the_engine_does_not_count():
    assert pool_bytes(Memory(2 * GIB, 2 * GIB, "x")) == int(POOL_SHARE * 2 * GIB)
    assert pool_bytes(Memory(8 * GIB, GIB, "x")) == GIB - OWN_BYTES
    with pytest.raises(EngineError) as caught:
        pool_bytes(Memory(1_536 * MIB, OWN_BYTES + LEAST_POOL - 1, "the cgroup /job"))
    message = str(caught.value)
    assert "needs 1,024 MiB of memory, but the cgroup /job: 1,024 MiB of 1,536 MiB left" in message
    assert "Give more memory" in message


def test_an_engine_whose_pool_is_full_is_told_in_words():
    assert "had not enough memory" in memory_fault("AnalysisException: Resources exhausted: Failed to allocate")
    assert memory_fault("AnalysisException: no such column") is None


# --- tasks --------------------------------------------------------------------------------------------------


def embedded(left: int, cores: int = 2) -> Workers:
    return Workers(cores, True, True, {HERE: cores}, {HERE: Memory(64 * GIB, left, "this machine")})


def test_where_memory_is_short_parts_become_smaller_and_then_tasks_fewer():
    config = GenerationConfig()
    found = [room(config, embedded(left * MIB, 4), 100) for left in (8_000, 1_200, 700, 400)]
    assert found[0].tasks == 4 and found[0].part_homes == ids.BLOCK
    tasks, parts = [one.tasks for one in found], [one.part_homes for one in found]
    assert tasks == sorted(tasks, reverse=True) and tasks[-1] == 1
    assert min(parts) < ids.BLOCK


def test_the_embedded_engine_starts_no_more_tasks_than_fit_whoever_asks():
    config = GenerationConfig()
    assert room(config, embedded(8 * GIB), 100, asked=8).tasks == 8
    assert room(config, embedded(600 * MIB), 100, asked=8).tasks == 2


def test_too_little_memory_for_one_task_is_refused_in_words():
    with pytest.raises(RunError) as caught:
        room(GenerationConfig(), embedded(250 * MIB), 1)
    message = str(caught.value)
    assert "not enough memory to make rows: it takes about 2" in message
    assert "this machine: 250 MiB of 65,536 MiB left" in message
    assert "Give more memory" in message and "fewer days" in message and "Nothing was written." in message


def test_few_households_need_little():
    config = GenerationConfig()
    config.household_config.num_households = 1_000
    assert room(config, embedded(300 * MIB), 1).tasks == 1


def test_workers_of_other_machines_are_fewer_where_their_memory_is_short():
    config, slots = GenerationConfig(), {"a": 8, "b": 8}
    rich, poor = Memory(64 * GIB, 32 * GIB, "this machine"), Memory(2 * GIB, GIB, "this machine")
    plenty = room(config, Workers(16, False, True, slots, {"a": rich, "b": rich}), 1_000)
    assert (plenty.tasks, plenty.part_homes) == (64, part_homes(config))
    short = room(config, Workers(16, False, True, slots, {"a": rich, "b": poor}), 1_000)
    assert 8 < short.tasks < 16
    # What a sandbox tells may not be all it gives.
    nothing = Memory(GIB, 0, "the cgroup /sandbox")
    assert room(config, Workers(16, False, True, slots, {"a": nothing, "b": nothing}), 1_000).tasks == 2


def test_workers_that_do_not_tell_get_what_their_cores_take():
    assert room(GenerationConfig(), Workers(2, False, True), 100).tasks == 8


# --- checks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "most"), [(64 * GIB, None), (1_200 * MIB, 50_000), (1, ids.BLOCK)])
def test_checks_take_smaller_slices_where_memory_is_short(left, most):
    manifest = {"tables": {"households": {"rows": 1_000_000}, "content_engagements": {"rows": 99_000_000}}}
    homes = fitting_homes(manifest, 1_000_000, Memory(64 * GIB, left, "this machine"))
    assert homes % ids.BLOCK == 0
    assert homes >= SLICE if most is None else 0 < homes <= most


def test_slices_of_a_dataset_that_does_not_tell_its_rows_are_the_largest():
    assert fitting_homes(None, 1_000_000, Memory(GIB, MIB, "this machine")) == SLICE
