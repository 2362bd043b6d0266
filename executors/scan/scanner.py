"""A reader of guest source: one jailed worker that reads file after file with an engine's own checks.

Invariants: nothing of a source is run; a source whose reading comes to nothing (a limit, a crash, an answer that is
none) has a finding that says so, never an empty list; the next source is read by a fresh worker then.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from types import TracebackType
from typing import NoReturn, Self

from sandbox.engines import SCAN
from sandbox.errors import RunError
from sandbox.findings import MOST_TEXT, Finding
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.scanning import MOST_FINDINGS

from ..registry import create_executor


@dataclasses.dataclass(frozen=True)
class Scanned:
    """One source and what is wrong with it. The first finding is what a run would come to, if it is one of ``before``.

    ``path`` is for messages; ``more`` are findings that were counted and not told; ``problem`` is why there is no
    source to read (then there are no findings, and no verdict).
    """

    path: str
    code: str = ""
    findings: tuple[Finding, ...] = ()
    more: int = 0
    problem: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether it was read, and nothing in it is refused but what it handles itself."""
        return not self.problem and not self.more and all(finding.when == "caught" for finding in self.findings)


class Scanner:
    """Reads sources under one policy: ``with Scanner() as scanner: scanner.scan(code)``. Its worker starts when needed.

    ``engine`` is whose refusals are asked for; ``tools`` are names that a session's tools would reserve. The other
    arguments are those of ``create_executor``; ``limits`` bound the reading of each source.

    Raises:
        ValueError, TypeError, BackendUnavailable: as ``create_executor`` does.
    """

    def __init__(
        self,
        *,
        policy: Policy | None = None,
        limits: Limits | None = None,
        engine: str = "interpreter",
        tools: Iterable[str] = (),
        enclosure: str | None = None,
        min_isolation: str = "L2",
    ) -> None:
        self.policy = Policy.standard() if policy is None else policy
        self.engine = engine
        self._executor = create_executor(
            policy=dataclasses.replace(self.policy, decide=None),
            limits=limits,
            engine=SCAN + engine,
            enclosure=enclosure,
            min_isolation=min_isolation,
            rollback=False,
        )
        self._executor.send_tools(dict.fromkeys(tools, _never))

    def scan(self, code: str, path: str = "<source>") -> Scanned:
        """Read one source.

        Raises:
            TypeError: it is not str.
            ValueError: it is larger than ``limits.value_bytes``.
            BackendUnavailable: no worker can be had.
        """
        result = self._executor.run(code)
        if result.error is not None:
            return Scanned(path, code, (_unread(result.error),))
        try:
            findings, more = _believed(result.value)
        except ValueError as error:
            self._executor.close()
            return Scanned(path, code, (Finding("crash", "ProtocolError", "", f"not read: {error}"),))
        return Scanned(path, code, findings, more)

    def close(self) -> None:
        """End the worker. Idempotent."""
        self._executor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def readable(text: str) -> str:
    """A path, or a text that holds one, for any reader: bytes that are no UTF-8 (lone surrogates here) as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def scan(code: str, *, policy: Policy | None = None, engine: str = "interpreter", tools: Iterable[str] = ()) -> Scanned:
    """Read one source. See ``Scanner``."""
    with Scanner(policy=policy, engine=engine, tools=tools) as scanner:
        return scanner.scan(code)


def _believed(value: object) -> tuple[tuple[Finding, ...], int]:
    """What a worker says it found.

    Raises:
        ValueError: it is no such thing.
    """
    if type(value) is not list or len(value) != 2 or type(value[0]) is not list:
        raise ValueError("the worker's answer has the wrong form")
    rows, more = value
    if len(rows) > MOST_FINDINGS + 1 or type(more) is not int or not 0 <= more < 1 << 31:
        raise ValueError("the worker's answer has an impossible length")
    return tuple(map(Finding.from_row, rows)), more


def _unread(error: RunError) -> Finding:
    return Finding(error.kind, error.type, error.code, f"not read: {error.message}"[:MOST_TEXT])


def _never(*_: object) -> NoReturn:
    """A tool that nobody calls: nothing is run."""
    raise RuntimeError("a scan calls no tools")
