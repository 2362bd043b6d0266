"""The host process of these tests: restricts itself as a setting asks, plants canaries, opens targets, sends every
attack to a fresh worker, and prints what it saw as one JSON line. Run as a program: ``host.py TREE SETTING``.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import Any


def _canary(kind: str) -> str:
    return "HC" + f"CANARY-{kind}-{secrets.token_hex(8)}"


class _Targets:
    """What a guest must not reach, and the evidence whether it did."""

    def __init__(self) -> None:
        self.directory = tempfile.mkdtemp(prefix="hctargets-")
        os.chmod(self.directory, 0o755)
        self.writable = os.path.join(self.directory, "writable")
        os.mkdir(self.writable)
        os.chmod(self.writable, 0o1777)
        self.secret = os.path.join(self.directory, "secret")
        with open(self.secret, "w") as file:
            file.write(_canary("file"))
        os.chmod(self.secret, 0o666)
        os.utime(self.secret, (1000, 1000))
        self.kept = (os.stat(self.secret).st_mode, os.stat(self.secret).st_mtime, open(self.secret).read())
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.unix = self._bound(socket.SOCK_STREAM, os.path.join(self.directory, "unix"))
        self.datagram = self._bound(socket.SOCK_DGRAM, os.path.join(self.directory, "datagram"))
        self.abstract_name = "hardcell-" + secrets.token_hex(4)
        self.abstract = self._bound(socket.SOCK_STREAM, "\0" + self.abstract_name)
        for sock in (self.tcp, self.udp, self.unix, self.datagram, self.abstract):
            sock.setblocking(False)
        self.victim = os.fork()
        if self.victim == 0:
            while True:
                signal.pause()

    @staticmethod
    def _bound(kind: int, address: str) -> socket.socket:
        sock = socket.socket(socket.AF_UNIX, kind)
        sock.bind(address)
        if not address.startswith("\0"):
            os.chmod(address, 0o777)
        if kind == socket.SOCK_STREAM:
            sock.listen()
        return sock

    def told(self, worker_pid: int, binary: str, control: str) -> dict[str, Any]:
        return {
            "directory": self.directory, "writable": self.writable, "secret": self.secret,
            "tcp": self.tcp.getsockname()[1], "udp": self.udp.getsockname()[1],
            "unix": self.unix.getsockname(), "datagram": self.datagram.getsockname(), "abstract": self.abstract_name,
            "host": os.getpid(), "victim": self.victim, "worker": worker_pid, "binary": binary, "control": control,
        }  # fmt: skip

    def _reached(self, sock: socket.socket) -> bool:
        try:
            sock.recv(1) if sock.type == socket.SOCK_DGRAM else sock.accept()
        except BlockingIOError:
            return False
        return True

    def evidence(self, kind: str, other_alive: bool) -> bool:
        """Whether the outside shows that an attack got through."""
        if kind == "secret":
            try:
                found = (os.stat(self.secret).st_mode, os.stat(self.secret).st_mtime, open(self.secret).read())
            except OSError:
                return True
            return found != self.kept
        if kind == "writable":
            parents = [self.writable, self.directory, tempfile.gettempdir(), "/"]
            return any(os.path.exists(os.path.join(path, "pwned")) for path in parents)
        if kind == "victims":
            return not other_alive or os.waitpid(self.victim, os.WNOHANG) != (0, 0)
        return bool(kind) and self._reached(getattr(self, kind))

    def remove(self) -> None:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.victim, signal.SIGKILL)
            os.waitpid(self.victim, 0)
        for sock in (self.tcp, self.udp, self.unix, self.datagram, self.abstract):
            sock.close()
        shutil.rmtree(self.directory)


def _reply(worker: Any) -> tuple[dict[str, Any], Any]:
    data = b""
    worker.frames.settimeout(20)
    try:
        while chunk := worker.frames.recv(65536):
            data += chunk
            if data.endswith(b"\n"):
                break
    except ConnectionResetError:
        pass
    except TimeoutError:
        return {"won": True, "detail": "the worker hangs"}, None
    if not data:
        return {"won": False, "detail": "died"}, worker.wait_exit(5)
    return json.loads(data), None


def main(tree: str, setting: str) -> dict[str, Any]:
    """All attacks in one setting; what came of each, and what the jail said of itself."""
    sys.path.insert(0, tree)
    from executors.zygote_process import interpreter
    from executors.zygotes import Profile, shut_down, start_worker
    from sandbox.errors import BackendUnavailable
    from sandbox.limits import Limits
    from tests.jail.attacks import ATTACKS
    from tests.jail.settings import SETTINGS

    probe = os.path.join(tree, "probes", "guest_probe")
    profile = Profile(entry="guest_probe:main", packages=(probe,))
    heap = [_canary("heap") for _ in range(100)]
    os.environ["SECRET"] = _canary("env")
    targets = _Targets()
    kept_open = os.open(targets.secret, os.O_RDONLY)
    os.set_inheritable(kept_open, True)
    os.set_inheritable(os.dup2(kept_open, 50), True)
    SETTINGS[setting].restrict()
    result: dict[str, Any] = {"attacks": {}, "heap": len(heap)}
    try:
        try:
            other = start_worker(profile, Limits())
        except BackendUnavailable as error:
            result |= {"refused": error.message, "repair": error.repair}
            return result
        result |= {"level": other.isolation.level, "mechanisms": other.isolation.mechanisms, "cell": other.cell}
        told = targets.told(other.pid, interpreter(), _canary("control"))
        for attack in ATTACKS.values():
            limits = Limits(processes=attack.processes, disk_mb=8)
            with start_worker(profile, limits, setup={"code": attack.code, "targets": told}) as worker:
                reply, exit = _reply(worker)
            if attack.evidence and targets.evidence(attack.evidence, other.alive()):
                reply = {"won": True, "detail": f"seen from outside: {attack.evidence}; reply {reply}"}
            reply["signal"] = exit.signal if exit else 0
            result["attacks"][attack.name] = reply
        other.close()
        return result
    finally:
        shut_down()
        targets.remove()


def control(tree: str) -> dict[str, Any]:
    """The attacks that must win where there is no jail, each in a plain forked child with its own targets."""
    sys.path[:0] = [tree, os.path.join(tree, "probes")]
    guest_probe = importlib.import_module("guest_probe")
    from tests.jail.attacks import ATTACKS, WIN_WITHOUT_A_JAIL

    heap = [_canary("heap") for _ in range(100)]
    os.environ["SECRET"] = _canary("env")
    result: dict[str, Any] = {"attacks": {}, "heap": len(heap)}
    for name in WIN_WITHOUT_A_JAIL:
        targets = _Targets()
        try:
            result["attacks"][name] = _unjailed(name, ATTACKS[name], targets, guest_probe.main)
        finally:
            targets.remove()
    return result


def _unjailed(name: str, attack: Any, targets: _Targets, probe: Callable[..., None]) -> dict[str, Any]:
    told = targets.told(0, sys.executable, _canary("control"))
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        os.chdir(tempfile.mkdtemp(dir=targets.writable))
        os.dup2(theirs.fileno(), 3)
        os.dup2(3, 50)
        probe(frames_fd=50, setup={"code": attack.code, "targets": told})
        os._exit(0)
    theirs.close()
    ours.settimeout(60)
    # The child of a fork answers too: the first line counts.
    reply = json.loads(ours.makefile("rb").readline())
    os.waitpid(pid, 0)
    if name == "kill_victim":
        os.waitid(os.P_PID, targets.victim, os.WEXITED | os.WNOWAIT)
    return {**reply, "seen": not attack.evidence or targets.evidence(attack.evidence, True)}


if __name__ == "__main__":
    print(json.dumps(control(sys.argv[1]) if sys.argv[2] == "control" else main(sys.argv[1], sys.argv[2])))
