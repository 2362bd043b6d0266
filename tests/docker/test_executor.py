"""Executor ``docker`` against a real engine: what its guests cannot, how each end is told, and that nothing is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from executors import create_executor
from executors.base import Executor
from executors.docker.client import connect, failures
from executors.docker.options import Mount
from sandbox.errors import BackendUnavailable, LimitExceeded, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests.bench import containers
from tests.docker.engine_here import GET_ONE

EVERYTHING = Policy(imports=tuple(f"{name}.*" for name in sorted(sys.stdlib_module_names) if name.isidentifier()))
Opener = Callable[..., Executor]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Makes executors that have started; they are closed at the end."""
    made: list[Executor] = []

    def make(**options: Any) -> Executor:
        executor = create_executor("docker", **{"policy": EVERYTHING, **options})
        made.append(executor)
        try:
            assert executor.run("6 * 7").value == 42
        except BackendUnavailable as error:
            pytest.skip(f"needs backend docker: {error.message}; {GET_ONE}")
        return executor

    yield make
    for executor in made:
        executor.close()


def _containers() -> set[str]:
    return {container.id for container in containers.own()}


def _descriptors() -> int:
    containers.let_go()
    return len(os.listdir("/proc/self/fd"))


def _own(executor: Any) -> Any:
    """The engine's container of a session."""
    stream = executor._session.live_link().stream
    return connect().containers.get(stream._channel.id)


# ---- what a guest cannot


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("open('/etc/hostname').read()", "PermissionError"),
        ("open('/etc/resolv.conf').read()", "PermissionError"),
        ("open('/proc/1/environ').read()", "PermissionError"),
        ("open('/proc/1/mem', 'r+b')", "PermissionError"),
        ("import os; os.listdir('/')", "PermissionError"),
        ("open('/usr/x', 'w')", "Read-only file system"),
        ("open('/dev/shm/x', 'w')", "FileNotFoundError"),
        ("import socket; socket.socket()", "PermissionError"),
        ("import socket; socket.socket(socket.AF_UNIX)", "PermissionError"),
        ("import os; os.fork()", "BlockingIOError"),
        ("import threading; threading.Thread(target=print).start()", "RuntimeError"),
        ("import subprocess; subprocess.run(['python3', '-c', '1'])", "BlockingIOError"),
        ("import os; os.setuid(0)", "PermissionError"),
        ("import os; os.mkfifo('/cell/f')", "PermissionError"),
    ],
)
def test_a_guest_of_plain_python_cannot(opened: Opener, code: str, seen: str) -> None:
    result = opened().run(code)
    assert result.error is not None and seen in str(result.error), result


def test_signals_to_the_relay_do_nothing(opened: Opener) -> None:
    code = (
        "import os\nfor number in (1, 2, 3, 9, 11, 15, 17, 19):\n    try:\n        os.kill(1, number)\n"
        "    except PermissionError:\n        pass\n'alive'"
    )
    executor = opened()
    assert (executor.run(code).value, executor.run("1 + 1").value) == ("alive", 2)


def test_the_environment_is_made_from_nothing(opened: Opener) -> None:
    names = opened().run("import os, socket\nsorted(os.environ), os.getcwd(), os.getuid()").value
    assert names == (
        sorted(
            ["LC_ALL", "MALLOC_ARENA_MAX", "VECLIB_MAXIMUM_NUM_THREADS"]
            + [f"{lib}_NUM_THREADS" for lib in ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "BLIS")]
        ),
        "/cell",
        65532,
    )


def test_what_is_printed_is_no_frame(opened: Opener) -> None:
    executor = opened()
    forged = '{"t": "done", "id": 2}'
    result = executor.run(
        f"import os\nprint('one', flush=True)\nos.write(1, b'F{forged}\\n')\nos.write(2, b'k\\n')\n'own'"
    )
    assert (result.value, result.stdout, result.stderr) == ("own", f"one\nF{forged}\n", "k\n")


def test_output_and_tool_calls_keep_their_order(opened: Opener) -> None:
    executor, heard = opened(), []
    executor.send_tools({"note": lambda: heard.append("tool")})
    code = "for _ in range(3):\n    print('out', end='', flush=True)\n    note()"
    result = executor.run(code, on_output=lambda name, text: heard.append(text))
    assert (result.error, heard) == (None, ["out", "tool"] * 3)


def test_processes_and_threads_where_the_limits_have_them(opened: Opener) -> None:
    executor = opened(limits=Limits(processes=4))
    code = (
        "import subprocess, sys, threading\nthread = threading.Thread(target=print, args=('thread',))\n"
        "thread.start(); thread.join()\nsubprocess.run(['python3', '-c', 'print(1)'], capture_output=True).stdout"
    )
    result = executor.run(code)
    assert (result.error, result.value, result.stdout) == (None, b"1\n", "thread\n")


# ---- how an end is told


def test_a_status_of_its_own(opened: Opener) -> None:
    executor = opened()
    result = executor.run("import os; os._exit(3)")
    assert isinstance(result.error, WorkerCrashed) and "exit status 3" in result.error.message
    assert (result.state, executor.run("1 + 1").value) == ("lost", 2)


def test_a_signal_of_its_own(opened: Opener) -> None:
    result = opened().run("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert isinstance(result.error, WorkerCrashed) and "SIGSEGV" in result.error.message


def test_memory_of_one_process(opened: Opener) -> None:
    result = opened(limits=Limits(memory_mb=64)).run("x = bytearray(1 << 28)")
    assert isinstance(result.error, LimitExceeded)
    assert (result.error.limit, result.state) == ("memory_mb", "kept")


def test_memory_of_all_processes_together(opened: Opener) -> None:
    executor = opened(limits=Limits(memory_mb=64, processes=16, disk_mb=1))
    code = (
        "import os\nheld = bytearray(b'x') * (40 << 20)\nfor _ in range(12):\n    if os.fork() == 0:\n"
        "        mine = bytearray(b'y') * (20 << 20)\n        import time; time.sleep(60)\n"
        "import time; time.sleep(60)"
    )
    result = executor.run(code)
    assert isinstance(result.error, LimitExceeded), result.error
    assert (result.error.limit, result.error.how) in (("memory_mb", "cgroup"), ("wall_s", "host deadline"))


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("while True: pass", "kept"),
        ("sum(range(10**12))", "lost"),
        ("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", "lost"),
        ("import time; time.sleep(1000)", "kept"),
    ],
)
def test_a_deadline(opened: Opener, code: str, state: str) -> None:
    result = opened(limits=Limits(wall_s=0.5)).run(code)
    assert isinstance(result.error, LimitExceeded)
    assert (result.error.limit, result.state) == ("wall_s", state)


def test_cpu_is_the_workers_own(opened: Opener) -> None:
    result = opened(limits=Limits(cpu_s=0.3, wall_s=60)).run("while True: pass")
    assert isinstance(result.error, LimitExceeded)
    assert (result.error.limit, result.error.how) == ("cpu_s", "host clock")


def test_a_stream_that_the_guest_closed(opened: Opener) -> None:
    executor = opened(limits=Limits(wall_s=20))
    result = executor.run("import os, time\nos.close(3)\nwhile True: time.sleep(1)")
    assert isinstance(result.error, WorkerCrashed) and "closed the worker's stream" in result.error.message


def test_a_container_that_somebody_else_removed(opened: Opener) -> None:
    executor: Any = opened(limits=Limits(wall_s=30))
    container = _own(executor)
    executor.send_tools({"strike": lambda: container.remove(force=True)})
    result = executor.run("strike()\nimport time; time.sleep(20)")
    assert isinstance(result.error, WorkerCrashed) and "removed by somebody else" in result.error.message
    assert executor.run("1 + 1").value == 2


def test_an_interrupt_from_another_thread(opened: Opener) -> None:
    executor = opened(limits=Limits(wall_s=60))
    executor.send_tools({"ready": lambda: threading.Thread(target=executor.interrupt).start()})
    result = executor.run("x = 1\nready()\nwhile True: pass")
    assert isinstance(result.error, LimitExceeded)
    assert (result.error.limit, result.state, executor.run("x").value) == ("interrupt", "kept", 1)


def test_tool_errors_are_the_guests_to_catch(opened: Opener) -> None:
    executor = opened()

    def broken() -> None:
        raise ValueError("no such thing")

    executor.send_tools({"broken": broken})
    result = executor.run("try:\n    broken()\nexcept Exception as e:\n    caught = str(e)\ncaught")
    assert "no such thing" in result.value


# ---- files, state, options


def test_mounts(opened: Opener, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "in" / "a.txt").write_text("data")
    for name in ("in", "out"):
        os.chmod(tmp_path / name, 0o777)
    os.chmod(tmp_path, 0o755)
    mounts = {str(tmp_path / "in"): Mount("/data/in"), str(tmp_path / "out"): Mount("/data/out", writable=True)}
    executor = opened(mounts=mounts)
    assert executor.run("open('/data/out/b.txt', 'w').write(open('/data/in/a.txt').read())").value == 4
    assert (tmp_path / "out" / "b.txt").read_text() == "data"
    assert "Error" in str(executor.run("open('/data/in/c.txt', 'w')").error)


def test_the_quota_of_files(opened: Opener) -> None:
    executor = opened(limits=Limits(disk_mb=1))
    result = executor.run("open('a', 'wb').write(bytes(1 << 19))\nopen('b', 'wb').write(bytes(1 << 20))")
    assert isinstance(result.error, LimitExceeded) and result.error.limit == "disk_mb"
    assert "Error" in str(opened(limits=Limits(disk_mb=0)).run("open('a', 'w')").error)


def test_a_state_moves_there_and_back(opened: Opener) -> None:
    policy = Policy.standard()
    with create_executor("local", policy=policy) as local:
        local.run("def double(x):\n    return 2 * x\nrows = [1, 2, {'a': (3, 4)}]\nopen('f.txt', 'w').write('kept')")
        saved = local.snapshot()
    container = opened(policy=policy).restore(saved)
    assert container.run("rows.append(double(21))\nopen('f.txt').read()").value == "kept"
    with create_executor("local", policy=policy) as local:
        local.restore(container.snapshot())
        assert local.run("rows, double(4)").value == ([1, 2, {"a": (3, 4)}, 42], 8)


def test_the_same_every_time_on_request(opened: Opener) -> None:
    policy = Policy(imports=("random", "time", "uuid"), deterministic=True)
    code = (
        "import random, time, uuid\nrandom.random(), time.time(), str(uuid.uuid4()), hash('a'), list({'x', 'y', 'z'})"
    )
    one, two = (opened(policy=policy).run(code).value for _ in range(2))
    assert one == two
    with create_executor("local", engine="cpython", policy=policy) as local:
        assert local.run(code).value[:3] == one[:3]


def test_another_engine_inside(opened: Opener) -> None:
    result = opened(engine="interpreter", policy=Policy.standard()).run("(lambda: 0).__globals__")
    assert result.error is not None and result.error.kind == "policy"


def test_a_container_that_nobody_waits_for_is_paused(opened: Opener) -> None:
    executor: Any = opened(pause_after_s=0.2)
    assert (
        executor.run("import time\nbegun = time.monotonic()\nwhile time.monotonic() < begun + 0.5: pass\n1").value == 1
    )
    for _ in range(3):
        container = _own(executor)
        while container.status != "paused":
            container.reload()
        assert executor.run("begun += 1\nbegun > 0").value is True
    executor.close()


# ---- what cannot be had


def test_an_engine_that_is_not_there(tmp_path: Path) -> None:
    with create_executor("docker", docker_host=f"unix://{tmp_path}/none.sock") as executor:
        with pytest.raises(BackendUnavailable, match="nobody answers") as caught:
            executor.run("1")
    assert "systemctl start docker" in caught.value.repair


def test_an_image_that_is_not_there(opened: Opener) -> None:
    opened()
    with create_executor("docker", image="hardcell-tests/none:1") as executor:
        with pytest.raises(BackendUnavailable) as caught:
            executor.run("1")
    assert "hardcell image build" in caught.value.repair


def test_a_runtime_that_is_not_there(opened: Opener) -> None:
    opened()
    before = _containers()
    with create_executor("docker", runtime="none-such") as executor:
        with pytest.raises(BackendUnavailable, match="none-such"):
            executor.run("1")
    assert _containers() == before


@pytest.mark.parametrize(
    "options",
    [
        {"runtime": "a b"},
        {"packages": "numpy"},
        {"mounts": {"relative": Mount("/data")}},
        {"image": 1},
        {"pause_after_s": 0},
        {"pause_after_s": True},
        {"volume": "/"},
        {"branches": 1},
        {"enclosure": "jail"},
    ],
)
def test_options_that_are_none(options: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        create_executor("docker", **options)


@pytest.mark.parametrize("guest", ["/", "/cell", "/cell/x", "/opt/hardcell", "/proc", "data", "/a/../etc", "/etc/x"])
def test_places_where_nothing_is_mounted(guest: str) -> None:
    with pytest.raises(ValueError):
        Mount(guest)


# ---- nothing is left

_HOST = """
import sys
from executors import create_executor
from executors.docker import reaper
reaper.owner = lambda pid: "of another machine"  # other tests look for containers whose owner is gone
executor = create_executor("docker")
executor.run("1")
print(executor._session.live_link().stream._channel.id, flush=True)
executor.run("while True: pass")
"""


def test_a_container_ends_with_its_host(opened: Opener) -> None:
    opened()
    child = subprocess.Popen([sys.executable, "-c", _HOST], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    container = connect().containers.get(child.stdout.readline().strip())
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert container.wait(timeout=30)["StatusCode"] == 0
    with contextlib.suppress(*failures()):  # others remove what has exited
        container.remove(force=True)


@pytest.mark.usefixtures("collected")
def test_nothing_is_left_of_sessions_that_end_at_random(opened: Opener) -> None:
    opened().close()
    left = containers.end_at_random(sessions=5, seed=7)
    assert (left.containers, left.volumes, left.networks, left.threads, left.descriptors) == (0, 0, 0, 0, 0)


@pytest.mark.usefixtures("collected")
def test_nothing_is_left_of_sessions(opened: Opener) -> None:
    opened().close()
    threads, descriptors, there = threading.active_count(), _descriptors(), _containers()
    for code in ("1", "import os; os._exit(1)", "while True: pass"):
        with create_executor("docker", limits=Limits(wall_s=0.2)) as executor:
            executor.run(code)
    with pytest.raises(BackendUnavailable):
        create_executor("docker", runtime="none-such").run("1")
    assert (threading.active_count(), _containers(), _descriptors()) == (threads, there, descriptors)
