"""The Executor: one guest session behind some wall. Every backend has exactly this surface, and what ``conventions``
makes of it.

Invariants: ``run`` returns a Result for everything the guest can cause and raises only for bad arguments and for
failures with no run in flight; one session serves one caller at a time.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Collection, Mapping
from typing import Any, Self

from sandbox.errors import BackendUnavailable
from sandbox.result import Isolation, Result

from .capabilities import Capabilities
from .conventions import Conventions
from .files import Files
from .printed import OnOutput


class Executor(Conventions, abc.ABC):
    """Runs guest code in one session. Make one with ``create_executor``; use it as a context manager."""

    files: Files
    """Files of /cell: write, read, list, stat, remove."""

    @property
    @abc.abstractmethod
    def isolation(self) -> Isolation:
        """The wall that truly holds, as measured from inside. Starts the session if it has not started."""

    @property
    @abc.abstractmethod
    def alive(self) -> bool:
        """Whether the session has started and its worker can serve: it has neither ended nor been stopped."""

    @property
    @abc.abstractmethod
    def capabilities(self) -> Capabilities:
        """What this session enforces and offers, and by what means. Starts the session if it has not started."""

    @property
    def interrupted_result(self) -> Result | None:
        """The result of the latest run, if Ctrl-C, a cancellation, or an exit in a tool or in ``on_output`` kept it
        from being returned; else None."""
        return None

    @abc.abstractmethod
    def run(self, code: str, *, on_output: OnOutput | None = None) -> Result:
        """Run one cell of guest code. ``on_output(name, text)`` is called here with what it prints, while it runs: at
        most ``limits.output_bytes``, joined the result's ``stdout`` and ``stderr``. The run's clocks go on meanwhile;
        a callback that fails is not called again.

        Ctrl-C stops the guest softly, after 1 s or the second time hard, then raises KeyboardInterrupt.

        Raises:
            TypeError: ``code`` is not str, or ``on_output`` cannot be called.
            SessionBusy: another caller, or one of this run's own tools, is using the session.
            SessionClosed: ``close`` was called.
            BackendUnavailable: the enclosure cannot be had, or not at the asked level.
        """

    @abc.abstractmethod
    async def arun(self, code: str, *, on_output: OnOutput | None = None) -> Result:
        """``run`` without blocking the event loop; cancelling it interrupts the guest, then kills it after 1 s.
        ``on_output`` is called on the loop's thread, and may be a coroutine function."""

    @abc.abstractmethod
    def send_tools(self, tools: Mapping[str, Callable[..., Any]]) -> None:
        """Let the guest call these host functions by name. They run here, on the caller's thread.

        Raises:
            ValueError: a name that is not a free identifier.
            TypeError: a value that is not callable.
        """

    @abc.abstractmethod
    def send_variables(self, variables: Mapping[str, Any]) -> None:
        """Bind names in the guest's namespace.

        Raises:
            EncodeError: a value cannot travel; nothing was sent.
            ValueError: a name that is not an identifier, or is a tool's.
        """

    @abc.abstractmethod
    def snapshot(
        self, *, key: bytes | None = None, leave_out: Collection[str] = (), leave_out_unsavable: bool = False
    ) -> bytes:
        """The session as portable bytes: variables, functions and classes, imports, random state, files of /cell.

        ``key`` signs it; ``leave_out`` names variables that it lacks on request, ``leave_out_unsavable`` leaves out
        those that cannot be saved, and such files (``describe_snapshot`` tells which, and why).

        Raises:
            EncodeError: a variable or file cannot be saved; names its path and type. The session is as it was.
            SnapshotError: the guest left no descriptor to read its files with, or there are too many.
            ValueError: ``leave_out`` names what is no variable.
            LimitExceeded: the files come to more than ``limits.disk_mb``.
        """

    @abc.abstractmethod
    def restore(self, saved: bytes, *, key: bytes | None = None) -> Self:
        """Take over the state of a snapshot of any executor, in a fresh worker; this executor.

        Raises:
            SnapshotError: it is refused: changed, cut off, of another format, without the signature of ``key``, or
                holding what this policy and these limits do not allow. The session is as it was.
        """

    def fork(self) -> Executor:
        """An independent session that begins where this one is: variables, files, tools; its own from then on.

        Raises:
            BackendUnavailable: this backend cannot, or the session has no room for another branch; names the way on.
            SessionBusy, SessionClosed.
        """
        raise BackendUnavailable("this executor cannot be forked", repair="use snapshot() and restore()")

    @abc.abstractmethod
    def interrupt(self) -> None:
        """Stop the run in flight, softly, then hard. Callable from any thread; no run: nothing happens."""

    @abc.abstractmethod
    def close(self) -> None:
        """End the session and everything of it. Idempotent."""
