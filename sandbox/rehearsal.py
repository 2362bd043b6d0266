"""One small session in memory, played by a worker that has no session yet.

A forked child shares its memory with the zygote until it writes; the first run of an engine writes to some hundred
pages, and the kernel copies each when that happens. Played ahead, in the spare child, the copies are made before
anybody waits for them.

Invariants: runs constant code of our own, before any guest; leaves nothing behind but its pages; a failure in it is
no failure of the worker.
"""

from __future__ import annotations

import contextlib
import io
import json
import warnings

from .engine import EngineHost
from .limits import Limits
from .policy import Policy
from .protocol import Connection
from .values import decode, encode, guest_repr
from .worker import load_engine

_CELL = "total = 0\nfor n in [1, 2]:\n    total += n\nprint(total)\n(total, 'a')"


def interpreter() -> None:
    """For workers that will run the engine ``interpreter``."""
    _play("interpreter")


def cpython() -> None:
    """For workers that will run the engine ``cpython``, which wants no rehearsal of its own."""
    _play("")


def _play(engine_name: str) -> None:
    with contextlib.suppress(Exception), warnings.catch_warnings():
        policy, limits = Policy.standard(), Limits()
        host, worker = Connection("host"), Connection("worker")
        start = {"t": "start", "engine": "cpython", "policy": policy.to_dict(), "limits": limits.to_dict(), "tools": []}
        worker.receive(host.send(json.loads(json.dumps(start))))
        Policy.from_dict(policy.to_dict())
        guest_repr(decode(encode([1, "a"], strict=False)), 100)
        if engine_name:
            output = io.StringIO()
            engine = load_engine(
                engine_name,
                EngineHost(policy, limits, output, output, "/cell", lambda *_: None, lambda *_: None),
            )
            for _ in range(2):
                engine.run(_CELL)
