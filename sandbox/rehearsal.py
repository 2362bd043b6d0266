"""A small session in memory, played before there is a real one: by the zygote, and by each worker that waits.

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
from collections.abc import Callable, Iterator

from .limits import Limits
from .policy import Policy
from .protocol import Connection
from .worker import Worker

_FIRST = """
def double(n, by=2):
    return n * by
total = 0
for n in [1, 2]:
    if n < 3 and total != 7:
        total += double(n)
words = [word.upper() for word in 'a b'.split()]
print(f'{total} {words[0]}')
{'total': total, 'words': words}
"""
_AGAIN = "1 + 1"
_UNTIL_SPECIALISED = 12
"""After so many calls CPython has put specialised instructions in place; they look up less, and so write to less."""
_NO_CELL = "/nonexistent"


def interpreter() -> Callable[[], None]:
    """For workers that will run the engine ``interpreter``."""
    return _Rehearsal("interpreter").play


def restricted() -> Callable[[], None]:
    """For workers that will run the engine ``restricted``."""
    return _Rehearsal("restricted").play


def cpython() -> Callable[[], None]:
    """For workers that will run the engine ``cpython``, which takes the place of the program's own main module."""
    return _Rehearsal("cpython").play


class _Host:
    """The other end of a worker's port: asks for the cells one by one, and believes the answers."""

    def __init__(self) -> None:
        self.connection = Connection("host")

    def read(self) -> bytes:
        return b""

    def write(self, data: bytes) -> None:
        self.connection.receive(data)


class _Rehearsal:
    """A session in memory. Making it runs all sorts of statements; ``play`` runs one small cell more."""

    def __init__(self, engine: str) -> None:
        self._output, self._host = io.StringIO(), _Host()
        self._worker = Worker(self._host, self._output, self._output, _NO_CELL)
        policy, limits = Policy.standard().to_dict(), Limits().to_dict()
        with contextlib.suppress(Exception), _same_main():
            send = self._host.connection.send
            self._worker.feed(send({"t": "start", "engine": engine, "policy": policy, "limits": limits, "tools": []}))
            self._run(_FIRST)
            for _ in range(_UNTIL_SPECIALISED):
                self._run(_AGAIN)

    def play(self) -> None:
        """Run the short cell once more."""
        with contextlib.suppress(Exception), _same_main():
            self._run(_AGAIN)

    def _run(self, code: str) -> None:
        connection = self._host.connection
        self._worker.feed(connection.send({"t": "run", "id": connection.request + 1, "code": code}))


@contextlib.contextmanager
def _same_main() -> Iterator[None]:
    """The main module and the known source lines stay what they are, whatever an engine does about them."""
    main, known = sys.modules["__main__"], dict(linecache.cache)
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        linecache.cache.clear()
        linecache.cache.update(known)
