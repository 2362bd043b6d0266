"""What every executor offers beside its contract, and in terms of it: ``with``, ``start``, the twins of snapshots for
event loops, and the calling convention of smolagents.

Invariants: nothing here knows more of an executor than its contract says.
"""

from __future__ import annotations

import abc
from collections.abc import Collection, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from .threaded import in_thread

if TYPE_CHECKING:
    from sandbox.result import Isolation, Result


class CodeOutput(NamedTuple):
    """What ``executor(code)`` returns: the shape smolagents' agents expect."""

    output: Any
    logs: str
    is_final_answer: bool


class Conventions(abc.ABC):
    """For ``Executor``, whose methods these are."""

    @property
    @abc.abstractmethod
    def isolation(self) -> Isolation:
        """See ``Executor``."""

    @abc.abstractmethod
    def run(self, code: str) -> Result:
        """See ``Executor``."""

    @abc.abstractmethod
    def snapshot(
        self, *, key: bytes | None = None, leave_out: Collection[str] = (), leave_out_unsavable: bool = False
    ) -> bytes:
        """See ``Executor``."""

    @abc.abstractmethod
    def restore(self, saved: bytes, *, key: bytes | None = None) -> Self:
        """See ``Executor``."""

    @abc.abstractmethod
    def close(self) -> None:
        """See ``Executor``."""

    def start(self) -> Self:
        """Start the session now and not at its first use.

        Raises:
            BackendUnavailable: the enclosure cannot be had, or not at the asked level.
            SessionClosed: ``close`` was called.
        """
        _ = self.isolation
        return self

    async def asnapshot(
        self, *, key: bytes | None = None, leave_out: Collection[str] = (), leave_out_unsavable: bool = False
    ) -> bytes:
        """``snapshot`` without blocking the event loop."""
        lenient = leave_out_unsavable
        return await in_thread(lambda: self.snapshot(key=key, leave_out=leave_out, leave_out_unsavable=lenient))

    async def arestore(self, saved: bytes, *, key: bytes | None = None) -> Self:
        """``restore`` without blocking the event loop."""
        return await in_thread(lambda: self.restore(saved, key=key))

    def cleanup(self) -> None:
        """``close`` under smolagents' name."""
        self.close()

    def __call__(self, code: str) -> CodeOutput:
        """Run and raise on failure: the calling convention of smolagents.

        Raises:
            RunError: the run failed; its logs stay readable in ``state["_print_outputs"]``.
        """
        result = self.run(code)
        self._last_logs = result.stdout
        result.raise_for_error()
        return CodeOutput(result.value, result.stdout, result.is_final_answer)

    _last_logs: str = ""

    @property
    def state(self) -> Mapping[str, Any]:
        """A read-only view with the key ``_print_outputs``: what the last call printed."""
        return _Logs({"_print_outputs": self._last_logs})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Logs(dict[str, Any]):
    """A dict that cannot be written."""

    def __setitem__(self, key: str, value: Any) -> None:
        raise TypeError("executor.state is read-only; use send_variables")
