"""One small session in memory, played before there is a real one: by the zygote, and by each worker that waits.

The zygote's rehearsal makes what every session would make anew: closure templates, specialised bytecode, caches of the
library. A forked child then shares its memory with the zygote until it writes; a first run writes to some hundred
pages, and the kernel copies each when that happens. Played again in the spare child, the copies are made before
anybody waits for them.

Invariants: runs constant code of our own, before any guest; leaves nothing behind but pages and caches; a failure in
it is no failure of the worker.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import sys

from .limits import Limits
from .policy import Policy
from .protocol import Connection
from .worker import Worker

_CELLS = (
    "1 + 1",
    """
def double(n, by=2):
    return n * by
total = 0
for n in [1, 2]:
    if n < 3 and total != 7:
        total += double(n)
words = [word.upper() for word in 'a b'.split()]
print(f'{total} {words[0]}')
{'total': total, 'words': words}
""",
)
_NO_CELL = "/nonexistent"


def interpreter() -> None:
    """For workers that will run the engine ``interpreter``."""
    _play("interpreter")


def cpython() -> None:
    """For workers that will run the engine ``cpython``, which takes the place of the program's own main module."""
    main, known = sys.modules["__main__"], dict(linecache.cache)
    try:
        _play("cpython")
    finally:
        sys.modules["__main__"] = main
        linecache.cache.clear()
        linecache.cache.update(known)


class _Host:
    """The other end of a worker's port: asks for the cells one by one, and believes the answers."""

    def __init__(self) -> None:
        self.connection = Connection("host")

    def read(self) -> bytes:
        return b""

    def write(self, data: bytes) -> None:
        self.connection.receive(data)


def _play(engine: str) -> None:
    with contextlib.suppress(Exception):
        output, host = io.StringIO(), _Host()
        worker = Worker(host, output, output, _NO_CELL)
        send = host.connection.send
        policy, limits = Policy.standard().to_dict(), Limits().to_dict()
        worker.feed(send({"t": "start", "engine": engine, "policy": policy, "limits": limits, "tools": []}))
        for number, code in enumerate(_CELLS, 1):
            worker.feed(send({"t": "run", "id": number, "code": code}))
