"""The runner's side of one host process: bait for each case, a deadline, and the verdict that counts.

Invariants: evidence comes first, then a hang, then what the host process says; a host that a guest may have changed, or
that hangs, is ended and started anew; time in which the runner itself was not let run counts for nobody.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .backends import BACKENDS
from .bait import VARIABLE, Bait, Secrets
from .case import EscapeCase
from .unwalled import MEMORY_ERRORS
from .verdict import Verdict

GRACE_S = 3.0
"""How long past the deadline of its run a result may stay out."""
START_S = 30.0
"""For sessions that are started for a case, on a busy machine."""
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "DOCKER_HOST")
"""What a host process needs of the runner's environment."""
_STEP_S = 0.1
_MOST_ANSWER = 32 << 20
_ROOT = Path(__file__).resolve().parents[3]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """A verdict, all evidence with what was seen of it, and how long it took in seconds."""

    verdict: Verdict
    evidence: dict[str, str]
    seconds: float


class Unplayable(Exception):
    """The case could not be played: the backend cannot be had, or the case itself is broken."""


class Slot:
    """Plays one case after another. ``path`` in ``play`` is the file of the case. Use it as a context manager."""

    def __init__(self) -> None:
        self._bait: Bait | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._host_secrets = Secrets.fresh()
        self.stopped = False

    def play(self, backend: str, case: EscapeCase, path: Path) -> Outcome:
        """The outcome of a case on a backend, or on a control: ``walls-off`` or ``cpython``.

        Raises:
            Unplayable: there is none; the text says why.
        """
        bait, process = self._ready()
        request = {
            "path": str(path),
            "backend": backend,
            "bait": bait.described(process.pid),
            "secret": bait.secrets.memory,
            "treasure": bait.secrets.session,
        }
        began = time.monotonic()
        runs = len(case.cells) + (3 if case.neighbour else 0)
        answer, why = self._exchange(request, runs * (case.limits.wall_s + GRACE_S) + START_S)
        seen = bait.evidence()
        seconds = time.monotonic() - began
        if answer is not None and "unavailable" in answer:
            raise Unplayable(answer["unavailable"])
        evidence = dict.fromkeys(seen, "found on the host")
        if answer is not None and "told" in answer:
            evidence |= dict.fromkeys(bait.secrets.told_by(answer["told"]), "a secret came out")
            evidence |= answer["evidence"]
        if why == "unreported" and (died := _signal_of(process)) in MEMORY_ERRORS:
            evidence["corrupted"] = f"the host of the case ended by signal {died}"
        verdict = _verdict(answer, why, evidence)
        if verdict.failed:
            guest_was_here = backend in BACKENDS and BACKENDS[backend].in_process
            self._renew(host=guest_was_here or "host-changed" in evidence or answer is None or "broken" in answer)
        return Outcome(verdict, evidence, seconds)

    def _renew(self, *, host: bool) -> None:
        """Take away the bait that was reached, and end a ``host`` that a guest may have changed."""
        if host:
            self._drop()
        elif self._bait is not None:
            self._bait.close()
            self._bait = None

    def _ready(self) -> tuple[Bait, subprocess.Popen[bytes]]:
        if self._process is None or self._process.poll() is not None:
            self._drop()
            self._host_secrets = Secrets.fresh()
            self._socket, theirs = socket.socketpair()
            path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
            environment = {VARIABLE: self._host_secrets.environment, "PYTHONPATH": path}
            environment |= {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.host", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
            theirs.close()
        if self._bait is None:
            self._bait = Bait(Secrets.fresh(self._host_secrets))
        return self._bait, self._process

    def _exchange(self, request: dict[str, Any], timeout_s: float) -> tuple[dict[str, Any] | None, str]:
        """The answer of the host, or None and why: ``hung`` or ``unreported``."""
        assert self._socket is not None
        data = bytearray()
        try:
            self._socket.sendall(json.dumps(request).encode("ascii") + b"\n")
            left = timeout_s
            while left > 0 and not self.stopped and not data.endswith(b"\n"):
                left -= _STEP_S
                if select.select([self._socket], [], [], _STEP_S)[0]:
                    piece = self._socket.recv(1 << 16)
                    if not piece:
                        return None, "unreported"
                    data += piece
                    # What arrives needs no time of the guest's.
                    left += _STEP_S
                if len(data) > _MOST_ANSWER:
                    return None, "unreported"
            if not data.endswith(b"\n"):
                return None, "hung"
            found = json.loads(data)
            return (found, "") if type(found) is dict else (None, "unreported")
        except (OSError, ValueError):
            return None, "unreported"

    def _drop(self) -> None:
        """End the host and take the bait away."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait()
        if self._socket is not None:
            self._socket.close()
        if self._bait is not None:
            self._bait.close()
        self._bait = self._process = self._socket = None

    def stop(self) -> None:
        """What is under way is given up within a tenth of a second, from any thread."""
        self.stopped = True

    def close(self) -> None:
        """End the host process and remove the bait. Idempotent."""
        self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _signal_of(process: subprocess.Popen[bytes]) -> int:
    """The signal that ended it; 0 if it ended otherwise, or not yet."""
    try:
        return max(0, -process.wait(GRACE_S))
    except subprocess.TimeoutExpired:
        return 0


def _verdict(answer: dict[str, Any] | None, why: str, evidence: dict[str, str]) -> Verdict:
    if evidence:
        return Verdict("escaped", ", ".join(evidence))
    if answer is None:
        return Verdict(why, "the host of the case has ended" if why == "unreported" else "no result by the deadline")
    if "broken" in answer:
        return Verdict("unreported", answer["broken"])
    return Verdict(answer["verdict"]["word"], answer["verdict"]["what"])
