"""Host processes that something happens to: each function is one program, run as ``lifecycle_host.py TREE NAME``.

A program talks to its test over stdin and stdout, one JSON line each way, so that nothing waits for a time.
"""

from __future__ import annotations

import glob
import itertools
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from typing import Any

TREE = sys.argv[1] if len(sys.argv) > 1 else ""


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def _profile(**options: Any) -> Any:
    from executors.zygotes import Profile

    return Profile(entry="guest_probe:main", packages=(os.path.join(TREE, "probes", "guest_probe"),), **options)


def _worker(code: str | None = None, **limits: int) -> Any:
    from executors.zygotes import start_worker
    from sandbox.limits import Limits

    setup = {} if code is None else {"code": code, "targets": {}}
    worker = start_worker(_profile(), Limits(**limits), setup=setup)
    worker.frames.settimeout(30)
    return worker


def _echoes(worker: Any) -> bool:
    worker.frames.sendall(b"ping")
    return bool(worker.frames.recv(4) == b"ping")


def _relatives() -> list[int]:
    """Every process below this one, by parent links."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    parents.setdefault(int(file.read().rpartition(")")[2].split()[1]), []).append(int(name))
            except OSError:
                continue
    found, queue = [], [os.getpid()]
    while queue:
        children = parents.get(queue.pop(), [])
        found += children
        queue += children
    return found


def level() -> None:
    """What the jail reaches here."""
    from executors.zygotes import survey

    _say(level=survey().level)


def killed() -> None:
    """Has workers, tells every process of its own, and waits to be killed."""
    workers = [_worker() for _ in range(3)]
    _say(processes=_relatives(), cells=[worker.cell for worker in workers], level=workers[0].isolation.level)
    sys.stdin.readline()


def killed_in_docker() -> None:
    """``killed``, at L2."""
    from tests.jail.settings import docker

    docker()
    killed()


def without_keeper() -> None:
    """Its keeper is killed at L2, where the zygote outlives it for a moment: what is left of its workers' directories,
    of a running one's and of one that ended while a copy of it still wrote a file."""
    from executors.zygotes import _pool, shut_down
    from tests.jail.settings import docker

    docker()
    worker = _worker()
    late = os.path.join(os.path.dirname(worker.cell), "0")
    os.mkdir(late)
    open(os.path.join(late, "f"), "x").close()
    owner = os.stat(worker.cell)
    os.chown(late, owner.st_uid, owner.st_gid)
    (zygote,) = _pool.zygotes.values()
    os.kill(zygote.pid, signal.SIGKILL)
    exit = worker.wait_exit(30)
    worker.close()
    shut_down()
    _say(level=worker.isolation.level, lost=exit.zygote_lost, left=os.path.exists(os.path.dirname(worker.cell)))


def without_keeper_and_zygote() -> None:
    """Both are killed at L2, and nobody is left in the jail who could remove what is on the machine."""
    from executors.zygotes import _pool, shut_down
    from tests.jail.settings import docker

    docker()
    worker = _worker()
    (zygote,) = _pool.zygotes.values()
    for process in (zygote._keeper, *zygote._proper):
        process.signal(signal.SIGSTOP)
    for process in (zygote._keeper, *zygote._proper):
        process.signal(signal.SIGKILL)
    exit = worker.wait_exit(30)
    worker.close()
    shut_down()
    _say(level=worker.isolation.level, lost=exit.zygote_lost, left=os.path.exists(os.path.dirname(worker.cell)))


def import_that_hangs() -> None:
    """A zygote hangs in an import, and never says hello: what is left of it. Orphans become this process's children."""
    from executors import zygote_process
    from sandbox.errors import BackendUnavailable
    from sandbox.jail import orphans, scratch

    orphans.adopt()
    zygote_process.START_TIMEOUT_S, zygote_process.END_TIMEOUT_S = 1.0, 0.1
    name = scratch.new_name()
    scratch.new_name = lambda: name
    package = os.path.join(TREE, "probes", "guest_hangs")
    try:
        zygote_process.Zygote(zygote_process.Profile(preload=("guest_hangs",), packages=(package,)))
    except BackendUnavailable as error:
        told = str(error)
    _say(told=told, processes=_relatives(), left=glob.glob(f"/tmp/{name}*"))


def import_that_hangs_in_docker() -> None:
    """The same at L2."""
    from tests.jail.settings import docker

    docker()
    import_that_hangs()


def writer_that_outlives_its_worker() -> None:
    """A worker's copy that writes on when its worker has ended: what a zygote without its keeper leaves at its end."""
    from sandbox.inmate import idle
    from sandbox.jail import orphans
    from sandbox.jail.enclosure import Wall
    from sandbox.zygote import Program, Zygote, _Child

    orphans.adopt()
    cells = tempfile.mkdtemp()
    cell = os.path.join(cells, "1")
    os.mkdir(cell)
    begun, tell = os.pipe()
    if os.fork() == 0:
        worker = os.fork()
        if worker == 0:
            if os.fork():
                signal.pause()
            for number in itertools.count():
                open(os.path.join(cell, str(number)), "x").close()
                os.unlink(os.path.join(cell, str(number)))
                if not number:
                    os.write(tell, b"x")
        os.read(begun, 1)
        control, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        zygote = Zygote(control, Wall("off", "off", "off"), _profile(), -1, cells, Program(idle))
        zygote._children[-1] = _Child(worker, -1, None, cell=cell)
        zygote._end()
    os.wait()
    left = [_relatives(), os.path.exists(cells)]
    orphans.end()
    shutil.rmtree(cells, ignore_errors=True)
    _say(left=left)


def keeper_alone() -> None:
    """What a keeper leaves at L2 whose zygote ended at once, and had a child that was stopped at its birth."""
    from sandbox import keeper
    from sandbox.jail import kernel, orphans, scratch
    from tests.jail.settings import docker

    class Zygote:
        def __init__(self, *_: Any) -> None:
            pass

        def serve(self, _: str) -> None:
            child = os.fork()
            if child == 0:
                os.kill(os.getpid(), signal.SIGSTOP)
            os.waitpid(child, os.WUNTRACED)
            os._exit(0)

    docker()
    orphans.adopt()
    name = scratch.new_name()
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        os.dup2(theirs.fileno(), 3)
        kernel.close_from(4)
        keeper.Zygote = Zygote  # type: ignore[assignment, misc]
        keeper._keep(socket.socket(fileno=3), _profile(), "", name)
    theirs.close()
    os.wait()
    left = [_relatives(), glob.glob(f"/tmp/{name}*")]
    orphans.end()
    _say(told=control.recv(4096).decode(), left=left)
    scratch.remove(name)


def orphans() -> None:
    """A child that was stopped at its birth outlives its parent, until the keeper has ended it."""
    from sandbox.jail import orphans

    orphans.adopt()
    zygote = os.fork()
    if zygote == 0:
        child = os.fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
        os.waitpid(child, os.WUNTRACED)
        os._exit(0)
    os.waitpid(zygote, 0)
    before = len(_relatives())
    orphans.end()
    _say(before=before, after=len(_relatives()))


def interrupted() -> None:
    """Ctrl-C reaches this process alone: its worker goes on."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background job is started without
    worker = _worker()
    try:
        _say(ready=True)
        sys.stdin.readline()
    except KeyboardInterrupt:
        _say(interrupted=True, echoes=_echoes(worker))


def child_signals_ignored() -> None:
    """A host whose children are reaped by the kernel."""
    from executors.zygotes import shut_down

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    worker = _worker("os._exit(7)")
    exit = worker.wait_exit(30)
    worker.close()
    shut_down()
    _say(code=exit.code, signal=exit.signal)


def without_standard_descriptors() -> None:
    """A host that closed its standard descriptors before it started anything."""
    out = os.dup(1)
    for fd in (0, 1, 2):
        os.close(fd)
    worker = _worker()
    fine = _echoes(worker)
    worker.close()
    os.write(out, json.dumps({"echoes": fine}).encode() + b"\n")


def forked() -> None:
    """A forked host lets go of its parent's workers and starts its own."""
    worker = _worker()
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        mine = _worker()
        told = {"inherited": worker.frames.fileno(), "echoes": _echoes(mine), "same": mine.pid == worker.pid}
        mine.close()
        worker.close()
        os.write(write, json.dumps(told).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    _say(child=json.loads(os.read(read, 4096)), parent_echoes=_echoes(worker))


def thread_that_ends() -> None:
    """A zygote started in a thread outlives it, since nothing hangs on the thread that spawned it."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(_worker()))
    thread.start()
    thread.join()
    second = _worker()
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        keepers = len(file.read().split())
    _say(echoes=[_echoes(found[0]), _echoes(second)], keepers=keepers)


def blocked_signals() -> None:
    """A thread that blocks every signal starts a worker that can be interrupted all the same."""
    found: list[Any] = []

    def start() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        found.append(_worker("import signal\nwon = [int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])]"))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    _say(blocked=json.loads(found[0].frames.recv(65536))["detail"])


def honest_in_docker() -> None:
    """What honest code does with files works at L2, where only Landlock confines paths."""
    from tests.jail.honest import HONEST
    from tests.jail.settings import docker

    docker()
    _say(**_honest(HONEST))


def honest_in_full() -> None:
    """The same at the machine's best level."""
    from tests.jail.honest import HONEST

    _say(**_honest(HONEST))


def _honest(programs: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"replies": {}}
    for name, code in programs.items():
        worker = _worker(code)
        data = b""
        while chunk := worker.frames.recv(65536):
            data += chunk
        worker.wait_exit(30)
        told["replies"][name] = json.loads(data) if data else {"detail": f"died: {worker.wait_exit(0)}"}
        told |= {"level": worker.isolation.level, "cell": worker.cell}
        worker.close()
    told["left"] = os.path.exists(told["cell"])
    return told


def numpy_in_full() -> None:
    """numpy behind the jail alone: what it computes, and what memory it is given. Its directory is argument 3."""
    from executors import create_executor
    from sandbox.limits import Limits
    from sandbox.policy import Policy

    sys.path.append(sys.argv[3])
    policy, limits = Policy.standard(imports=["numpy", "numpy.*"]), Limits(memory_mb=64)
    told: dict[str, Any] = {}
    with create_executor("local", engine="cpython", policy=policy, limits=limits) as executor:
        told["level"] = executor.isolation.level
        for name, code in _WITH_NUMPY.items():
            result = executor.run("x = None\nimport numpy\n" + code)
            error = result.error
            told[name] = [result.value if error is None else getattr(error, "limit", str(error)), result.state]
            told["peak"] = max(told.get("peak", 0), result.usage.memory_mb)
    _say(**told)


def numpy_in_docker() -> None:
    """The same at L2, where nothing may be mapped executable any more."""
    from tests.jail.settings import docker

    docker()
    numpy_in_full()


_WITH_NUMPY = {
    "sum": "int(numpy.arange(10).sum())",
    "submodules": "import numpy.random, numpy.fft, numpy.linalg\nfloat(numpy.linalg.inv(numpy.eye(20)).sum())",
    "array": "x = [numpy.ones(1 << 20) for _ in range(20)]",
    "list": "x = []\nwhile True: x.append(len(x))",
    "bytes": "x = b'a'\nwhile True: x += x",
    "str": "x = 'a'\nwhile True: x += x",
    "int": "x = 1 << (8 * 10**9)",
    "dict": "x, i = {}, 0\nwhile True: i += 1; x[i] = i",
}


if __name__ == "__main__":
    globals()[sys.argv[2]]()
