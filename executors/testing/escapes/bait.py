"""What the runner lays out on the host for a case to reach, and the look at it afterwards.

Invariants: nothing but this is attacked, and all of it may be lost; secrets are random, so whoever tells one has read
it; only what the walls do protects it: every user may read and write it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

VARIABLE = "HARDCELL_BAIT"
MEMORY_PREFIX = "bait-memory-"
HOLDER = "executors.testing.escapes.secret"
_VICTIM = "import sys; sys.stdin.read()"
"""It lives as long as the runner holds its standard input."""
_MARK_BYTES = 15
"""What the kernel keeps of a process's name."""


@dataclasses.dataclass(frozen=True)
class Secrets:
    """What only the host knows, one for each place."""

    file: str
    environment: str
    memory: str
    session: str

    @classmethod
    def fresh(cls, host: Secrets | None = None) -> Secrets:
        """New ones; those in environment and memory are of a ``host`` that has them already."""
        made = {name: f"bait-{name}-{secrets.token_hex(12)}" for name in ("file", "environment", "session")}
        made["memory"] = MEMORY_PREFIX + secrets.token_hex(12)
        return cls(**made | ({"environment": host.environment, "memory": host.memory} if host else {}))

    def told_by(self, text: str) -> list[str]:
        """The kinds of evidence in what came out of a session."""
        return [f"{field.name}-read" for field in dataclasses.fields(self) if getattr(self, field.name) in text]


class Bait:
    """Files, listeners and a victim. One case at a time uses it; ``evidence`` tells what became of it."""

    def __init__(self, kept: Secrets) -> None:
        self.secrets = kept
        self.mark = f"hcm{secrets.token_hex(6)}"
        self.place = Path(tempfile.mkdtemp(prefix="hc-bait-"))
        self.place.chmod(0o755)
        self._file, self._directory = self.place / "secret", self.place / "open"
        self._file.write_text(self.secrets.file, encoding="utf-8")
        self._file.chmod(0o666)
        self._directory.mkdir()
        self._directory.chmod(0o777)
        self._tcp = _listener(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self._udp = _listener(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._unix = _listener(socket.AF_UNIX, socket.SOCK_STREAM, str(self.place / "socket"))
        (self.place / "socket").chmod(0o777)
        self._abstract = _listener(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.mark}")
        self._victim = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _VICTIM],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def described(self, host: int) -> dict[str, Any]:
        """The variable ``bait`` of the guest. ``host`` is the process id of its host."""
        return {
            "file": str(self._file),
            "directory": str(self._directory),
            "variable": VARIABLE,
            "memory": MEMORY_PREFIX,
            "module": HOLDER,
            "tcp": self._tcp.getsockname()[1],
            "udp": self._udp.getsockname()[1],
            "unix": str(self.place / "socket"),
            "abstract": self.mark,
            "host": host,
            "victim": self._victim.pid,
            "mark": self.mark,
            "python": sys.executable,
        }

    def evidence(self) -> list[str]:
        """The kinds of evidence on files, listeners, processes. Whoever gets a non-empty list lays out fresh bait."""
        found = []
        if any(self._directory.iterdir()) or {path.name for path in self.place.iterdir()} - {
            "secret",
            "open",
            "socket",
        }:
            found.append("file-written")
        if not self._file_is_whole():
            found.append("file-changed")
        reached = [_reached(one) for one in (self._tcp, self._udp, self._unix, self._abstract)]
        if True in reached:
            found.append("network")
        if self._marked():
            found.append("process-left")
        if self._victim.poll() is not None or _stopped(self._victim.pid):
            found.append("victim-signalled")
        return found

    def _file_is_whole(self) -> bool:
        try:
            state = self._file.lstat()
            same_mode = state.st_mode == 0o100666 and state.st_nlink == 1
            return same_mode and self._file.read_text(encoding="utf-8") == self.secrets.file
        except (OSError, ValueError):
            return False

    def _marked(self) -> list[int]:
        """Processes that bear the mark."""
        wanted = self.mark.encode()
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != os.getpid():
                with contextlib.suppress(OSError):
                    names = Path("/proc", entry, "comm").read_bytes() + Path("/proc", entry, "cmdline").read_bytes()
                    if wanted[:_MARK_BYTES] in names and _state(int(entry)) not in ("Z", "X"):
                        found.append(int(entry))
        return found

    def close(self) -> None:
        """End what is left and remove everything. Idempotent."""
        for pid in self._marked():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for listener in (self._tcp, self._udp, self._unix, self._abstract):
            listener.close()
        self._victim.kill()
        self._victim.communicate()
        shutil.rmtree(self.place, ignore_errors=True)


def _listener(family: int, kind: int, address: Any) -> socket.socket:
    made = socket.socket(family, kind)
    made.setblocking(False)
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen(8)
    return made


def _reached(listener: socket.socket) -> bool:
    """Whether anybody has connected or sent; what came is dropped."""
    reached = False
    with contextlib.suppress(BlockingIOError):
        while True:
            if listener.type == socket.SOCK_DGRAM:
                listener.recv(1 << 16)
            else:
                listener.accept()[0].close()
            reached = True
    return reached


def _state(pid: int) -> str:
    """The kernel's letter for a process: R, S, T (stopped), Z (ended, not reaped) …"""
    return Path("/proc", str(pid), "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]


def _stopped(pid: int) -> bool:
    try:
        return _state(pid) in ("T", "t", "Z", "X")
    except OSError:
        return True
