"""Workers, zygotes and hosts that end in every order: nothing hangs, nothing is left."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from executors.exits import Exit
from executors.zygotes import JailedWorker, Profile, shut_down, start_worker, survey
from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from tests.jail import harness
from tests.jail.honest import ANSWERS, ANSWERS_AT_L2

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail needs Linux")
DEADLINE_S = 30.0
Start = Callable[..., JailedWorker]


@pytest.fixture
def profile(tree: str) -> Profile:
    return Profile(entry="guest_probe:main", packages=(harness.probe(tree),))


@pytest.fixture
def start(profile: Profile, collected: None) -> Iterator[Start]:
    """Starts workers; afterwards no process of theirs and no descriptor may be left."""
    shut_down()
    processes, descriptors = psutil.Process().children(recursive=True), _descriptors()

    def start_one(code: str | None = None, **limits: int) -> JailedWorker:
        setup = {} if code is None else {"code": code, "targets": {}}
        worker = start_worker(profile, Limits(**limits), setup=setup)
        workers.append(worker)
        worker.frames.settimeout(DEADLINE_S)
        return worker

    workers: list[JailedWorker] = []
    yield start_one
    for worker in workers:
        worker.close()
    shut_down()
    assert [child for child in psutil.Process().children(recursive=True) if child not in processes] == []
    assert _descriptors() == descriptors


def _descriptors() -> list[str]:
    return sorted(os.listdir("/proc/self/fd"))[:-1]


def _echoes(worker: JailedWorker) -> bool:
    worker.frames.sendall(b"ping")
    return worker.frames.recv(4) == b"ping"


def _await_end(pid: int) -> None:
    """Until the process has ended: its pidfd becomes readable."""
    with contextlib.suppress(ProcessLookupError):
        fd = os.pidfd_open(pid)
        try:
            assert select.select([fd], [], [], DEADLINE_S)[0], f"process {pid} still lives"
        finally:
            os.close(fd)


def _zygote_of(worker: JailedWorker) -> tuple[psutil.Process, psutil.Process]:
    """The zygote proper and its keeper."""
    zygote = psutil.Process(worker.pid).parent()
    assert zygote is not None
    keeper = zygote.parent()
    assert keeper is not None and keeper.ppid() == os.getpid()
    return zygote, keeper


def test_a_worker_lives_answers_and_ends_when_the_host_hangs_up(start: Start) -> None:
    worker = start()
    assert _echoes(worker)
    worker.frames.close()
    exit = worker.wait_exit(DEADLINE_S)
    assert exit is not None
    assert (exit.signal, exit.code, exit.zygote_lost) == (0, 0, False)
    assert not worker.alive()


def test_kill_is_idempotent_and_reported(start: Start) -> None:
    worker = start()
    assert worker.wait_exit(0) is None
    worker.kill()
    exit = worker.wait_exit(DEADLINE_S)
    assert exit is not None and exit.signal == signal.SIGKILL
    worker.kill()
    worker.close()
    worker.close()
    worker.kill()


def test_an_interrupt_is_a_keyboard_interrupt_in_the_worker(start: Start) -> None:
    worker = start("try:\n    os.write(3, b'r')\n    while True: pass\nexcept KeyboardInterrupt: won = 'interrupted'")
    assert worker.frames.recv(1) == b"r"
    worker.interrupt()
    assert json.loads(worker.frames.recv(4096))["detail"] == "'interrupted'"


def test_guest_output_comes_through_the_pipes_and_not_the_frames(start: Start) -> None:
    worker = start("os.write(1, b'out')\nos.write(2, b'err')\nwon = 1")
    assert json.loads(worker.frames.recv(4096))["won"]
    assert (os.read(worker.stdout, 64), os.read(worker.stderr, 64)) == (b"out", b"err")


def test_the_exit_code_of_a_guest_that_leaves(start: Start) -> None:
    exit = start("os._exit(7)").wait_exit(DEADLINE_S)
    assert exit is not None and (exit.signal, exit.code) == (0, 7)


def test_cpu_and_memory_are_read_from_outside(start: Start) -> None:
    worker = start(
        "import time\ndata = bytearray(64 << 20)\n"
        "while time.process_time() < 0.2: pass\nos.write(3, b'r')\nos.read(3, 1)",
        memory_mb=256,
    )
    assert worker.frames.recv(1) == b"r"
    assert worker.cpu_s() >= 0.2
    assert 60 <= worker.peak_memory_mb() <= 80
    worker.kill()
    exit = worker.wait_exit(DEADLINE_S)
    assert exit is not None and exit.cpu_s >= 0.2
    assert worker.cpu_s() == exit.cpu_s


def test_memory_is_growth_above_the_idle_worker(start: Start) -> None:
    for code, detail in (("won = len(bytearray(40 << 20))", str(40 << 20)), ("bytearray(70 << 20)", "MemoryError: ")):
        worker = start(code, memory_mb=64)
        assert json.loads(worker.frames.recv(4096))["detail"] == detail


def test_disk_is_bounded(start: Start) -> None:
    code = "data = bytes(1 << 20)\nwith open('x', 'wb') as file:\n    for _ in range(9): file.write(data)"
    detail = json.loads(start(code, disk_mb=4).frames.recv(4096))["detail"]
    assert detail == "OSError: [Errno 27] File too large"


def test_without_disk_nothing_can_be_stored(start: Start) -> None:
    worker = start("open('x', 'wb').write(b'x')", disk_mb=0)
    assert json.loads(worker.frames.recv(4096))["detail"].startswith("OSError: [Errno ")


def test_sixteen_threads_share_one_zygote(start: Start) -> None:
    workers: list[JailedWorker] = []
    failures: list[BaseException] = []

    def use() -> None:
        try:
            for _ in range(3):
                worker = start()
                assert _echoes(worker)
                workers.append(worker)
            worker.kill()
            assert worker.wait_exit(DEADLINE_S) is not None
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=use) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    living = [worker for worker in workers if worker.alive()]
    assert (len(workers), len(living)) == (48, 32)
    assert len({_zygote_of(worker)[0].pid for worker in living}) == 1


def test_exits_that_nobody_asks_for_do_not_block_the_zygote(start: Start) -> None:
    for _ in range(40):
        start("os._exit(0)").close()
    assert _echoes(start())


@pytest.mark.parametrize("which", [0, 1], ids=["zygote", "keeper"])
def test_a_killed_zygote_takes_its_workers_and_is_replaced(start: Start, which: int) -> None:
    workers = [start(), start()]
    pair = _zygote_of(workers[0])
    pids = [worker.pid for worker in workers]
    pair[which].kill()
    for pid in (*pids, *(process.pid for process in pair)):
        _await_end(pid)
    assert workers[0].wait_exit(DEADLINE_S) == Exit(signal.SIGKILL, 0, 0.0, zygote_lost=True)
    replacement = start()
    assert _echoes(replacement)
    assert _zygote_of(replacement)[0].pid != pair[0].pid


def test_an_idle_zygote_ends_and_a_new_one_starts(tree: str) -> None:
    profile = Profile(entry="guest_probe:main", packages=(harness.probe(tree),), idle_s=0.01)
    with start_worker(profile, Limits()) as worker:
        zygote, keeper = _zygote_of(worker)
    _await_end(zygote.pid)
    _await_end(keeper.pid)
    with start_worker(profile, Limits()) as worker:
        assert _zygote_of(worker)[0].pid != zygote.pid
    shut_down()


def test_many_workers_leave_no_descriptor(start: Start) -> None:
    start().close()
    before = _descriptors()
    for _ in range(30):
        start().close()
    assert _descriptors() == before


@pytest.mark.parametrize("free", range(8))
def test_running_out_of_descriptors_is_a_clear_error_and_no_leak(start: Start, free: int) -> None:
    start().close()
    before, (soft, hard) = _descriptors(), resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, before)) + 20, hard))
    filling: list[int] = []
    try:
        with contextlib.suppress(OSError):
            while True:
                filling.append(os.dup(0))
        for _ in range(free):
            os.close(filling.pop())
        with pytest.raises(OSError, match="Too many open files") if free < 7 else contextlib.nullcontext():
            start().close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for fd in filling:
            os.close(fd)
    assert _descriptors() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preload": ("no_such_module",)}, "No module named 'no_such_module'"),
        ({"packages": ("/no/such/package",)}, "/no/such/package"),
        ({"entry": "json:no_such_function"}, "no_such_function"),
        ({"entry": "no_such_module:main"}, "No module named 'no_such_module'"),
    ],
)
def test_a_profile_that_cannot_be_had_is_refused_by_name(options: dict[str, Any], message: str) -> None:
    with pytest.raises(BackendUnavailable, match=message):
        start_worker(Profile(**options), Limits())
    shut_down()


def test_bad_arguments_are_refused(profile: Profile) -> None:
    with pytest.raises(ValueError, match="min_isolation must be one of none, L1, L2, L3, not 'L4'"):
        start_worker(profile, Limits(), min_isolation="L4")
    with pytest.raises(ValueError, match="must be absolute"):
        Profile(packages=("relative",))
    with pytest.raises(ValueError, match="module:function"):
        Profile(entry="os.system")
    with pytest.raises(ValueError, match="setup must stay below"):
        start_worker(profile, Limits(), setup={"text": "x" * 200_000})
    shut_down()


def test_the_survey_tells_every_mechanism() -> None:
    found = survey()
    shut_down()
    assert found.kind == "process"
    assert {"namespaces", "landlock", "seccomp", "resource limits", "no capabilities"} <= set(found.mechanisms)


# --- hosts in their own process


def _host(tree: str, name: str, user: str, python: str) -> subprocess.Popen[str]:
    return harness.popen("lifecycle_host.py", tree, name, user=user, python=python)


@pytest.mark.parametrize("name", ["killed", "killed_in_docker"])
def test_a_killed_host_leaves_no_process_and_no_directory(name: str, tree: str, user: str, python: str) -> None:
    with _host(tree, name, user, python) as host:
        assert host.stdout is not None
        told = json.loads(host.stdout.readline())
        # keeper, zygote, three workers, and the child forked ahead of need if it is there already
        assert len(told["processes"]) in (5, 6)
        host.kill()
    for pid in told["processes"]:
        _await_end(pid)
    assert [cell for cell in told["cells"] if cell != "/cell" and os.path.exists(cell)] == []


def test_ctrl_c_reaches_the_host_alone(tree: str, user: str, python: str) -> None:
    with _host(tree, "interrupted", user, python) as host:
        assert host.stdout is not None
        assert json.loads(host.stdout.readline()) == {"ready": True}
        os.killpg(host.pid, signal.SIGINT)
        assert json.loads(host.stdout.readline()) == {"interrupted": True, "echoes": True}


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("child_signals_ignored", {"code": 7, "signal": 0}),
        ("without_standard_descriptors", {"echoes": True}),
        ("forked", {"child": {"inherited": -1, "echoes": True, "same": False}, "parent_echoes": True}),
        ("thread_that_ends", {"echoes": [True, True], "keepers": 1}),
        ("blocked_signals", {"blocked": "[]"}),
        ("orphans", {"before": 1, "after": 0}),
        ("keeper_alone", {"told": "", "left": [[], []]}),
        ("writer_that_outlives_its_worker", {"left": [[], False]}),
    ],
)
def test_odd_hosts(name: str, answer: dict[str, Any], tree: str, user: str, python: str) -> None:
    assert harness.run_json("lifecycle_host.py", tree, name, user=user, python=python) == answer


@pytest.mark.parametrize("name", ["without_keeper", "without_keeper_and_zygote"])
def test_whoever_is_left_removes_the_directories(name: str, tree: str, user: str, python: str) -> None:
    told = harness.run_json("lifecycle_host.py", tree, name, user=user, python=python)
    assert told == {"level": "L2", "lost": True, "left": False}


@pytest.mark.parametrize("name", ["import_that_hangs", "import_that_hangs_in_docker"])
def test_a_zygote_that_hangs_in_an_import_is_ended(name: str, tree: str, user: str, python: str) -> None:
    told = harness.run_json("lifecycle_host.py", tree, name, user=user, python=python)
    why = "the zygote said nothing for 1 s; does an allowed package hang when it is imported?"
    assert told == {"told": why, "processes": [], "left": []}


@pytest.mark.parametrize(("name", "level"), [("honest_in_full", "L3"), ("honest_in_docker", "L2")])
def test_honest_programs_work(name: str, level: str, tree: str, user: str, python: str, best_level: str) -> None:
    if best_level != "L3":
        pytest.skip(f"needs isolation L3: the jail reaches {best_level} here")
    told = harness.run_json("lifecycle_host.py", tree, name, user=user, python=python)
    wanted = ANSWERS_AT_L2 if level == "L2" else ANSWERS
    assert {program: reply["detail"] for program, reply in told["replies"].items()} == wanted
    assert (told["level"], told["left"]) == (level, False)


@pytest.fixture(scope="module")
def numpy_site() -> Iterator[str]:
    """A directory with numpy and its libraries that every user may read."""
    numpy = pytest.importorskip("numpy", reason="needs numpy")
    site = os.path.dirname(os.path.dirname(numpy.__file__))
    target = tempfile.mkdtemp(prefix="hcnumpy-")
    for name in os.listdir(site):
        if name.startswith("numpy"):
            shutil.copytree(os.path.join(site, name), os.path.join(target, name))
    harness.open_to_all(target)
    yield target
    shutil.rmtree(target)


@pytest.mark.parametrize(("name", "level"), [("numpy_in_full", "L3"), ("numpy_in_docker", "L2")])
def test_numpy_behind_the_jail(
    name: str, level: str, tree: str, numpy_site: str, user: str, python: str, best_level: str
) -> None:
    if best_level != "L3":
        pytest.skip(f"needs isolation L3: the jail reaches {best_level} here")
    if os.path.realpath(sys._base_executable) != os.path.realpath(python):  # type: ignore[attr-defined]
        pytest.skip("needs numpy for the interpreter that this user may run")
    told = harness.run_json("lifecycle_host.py", tree, name, numpy_site, user=user, python=python)
    assert told.pop("peak") <= 80
    grown = dict.fromkeys(("array", "list", "bytes", "str", "int", "dict"), ["memory_mb", "kept"])
    assert told == {"level": level, "sum": [45, "kept"], "submodules": [20.0, "kept"], **grown}


def test_a_spare_that_died_costs_nobody_his_worker(start: Start) -> None:
    """Neither when the zygote has seen its end, nor when a request comes first."""
    with start() as worker:
        zygote, _ = _zygote_of(worker)
        known = {worker.pid}  # an ended one stays the zygote's child until it is collected: no spare, nor to be killed
        for stopped in (False, True):
            while not (spares := [child for child in zygote.children() if child.pid not in known]):
                pass
            (spare,) = spares
            if stopped:
                zygote.suspend()
            spare.kill()
            asking: list[JailedWorker] = []
            thread = threading.Thread(target=lambda found=asking: found.append(start()))  # type: ignore[misc]
            thread.start()
            if stopped:
                zygote.resume()
            thread.join(DEADLINE_S)
            with asking.pop() as other:
                known |= {spare.pid, other.pid}
                assert _echoes(other)
