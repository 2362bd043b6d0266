"""The executor of every enclosure: a session under the Executor's surface.

Invariants: nothing is decided here; arguments are checked before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Self

from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.protocol import Frame
from sandbox.result import Isolation, Result

from .arguments import check_code
from .asynchronous import run_async
from .base import Executor
from .capabilities import Capabilities, capabilities_of
from .files import Files
from .link import Enclosure
from .listener import Listener
from .printed import OnOutput, check_on_output
from .rollback import NEVER, Rollback
from .session import Session
from .witness import Witness


class CellExecutor(Executor):
    """Runs guest code in one session of an engine behind an enclosure. ``create_executor`` makes it."""

    def __init__(
        self,
        enclosure: Enclosure,
        engine: str,
        policy: Policy,
        limits: Limits,
        on_event: Callable[[Event], None] | None = None,
        rollback: Rollback = NEVER,
        witness: Witness | None = None,
    ) -> None:
        session = Session(enclosure, engine, policy, limits, Listener(on_event), rollback, witness or Witness())
        self._adopt(session, enclosure, on_event)

    def _adopt(self, session: Session, enclosure: Enclosure, on_event: Callable[[Event], None] | None) -> None:
        self._session = session
        self._enclosure = enclosure
        self._on_event = on_event
        self.files = Files(session)

    @property
    def policy(self) -> Policy:
        """What the guest may name."""
        return self._session.policy

    @property
    def limits(self) -> Limits:
        """How much the guest may use."""
        return self._session.limits

    @property
    def isolation(self) -> Isolation:
        return self._session.isolation

    @property
    def alive(self) -> bool:
        return self._session.alive

    @property
    def capabilities(self) -> Capabilities:
        mechanisms = self._session.isolation.mechanisms
        return capabilities_of(
            self._session.engine,
            self._enclosure.name,
            mechanisms,
            rollback=self._session.lineage.rolls_back,
            fork=self._session.lineage.forks,
        )

    @property
    def interrupted_result(self) -> Result | None:
        return self._session.interrupted_result

    def run(self, code: str, *, on_output: OnOutput | None = None) -> Result:
        check_on_output(on_output)
        return self._session.run(code, on_output=on_output)

    async def arun(self, code: str, *, on_output: OnOutput | None = None) -> Result:
        check_code(code)
        return await run_async(self._session, code, on_output)

    def send_tools(self, tools: Mapping[str, Callable[..., Any]]) -> None:
        self._session.set_tools(tools)

    def send_variables(self, variables: Mapping[str, Any]) -> None:
        self._session.set_variables(variables)

    def snapshot(
        self, *, key: bytes | None = None, leave_out: Collection[str] = (), leave_out_unsavable: bool = False
    ) -> bytes:
        session = self._session
        session.check_unrecorded("take snapshots")
        with session.alone():
            return session.snapshots.take(session, key, leave_out, leave_out_unsavable)

    def restore(self, saved: bytes, *, key: bytes | None = None) -> Self:
        session = self._session
        session.check_unrecorded("be restored")
        with session.alone():
            session.snapshots.restore(session, saved, key)
        return self

    def request_again(self, kind: str, fields: Mapping[str, Any]) -> Frame:
        """Send a small request as it was recorded; the worker's answer."""
        with self._session.alone():
            return self._session.request(kind, **fields)

    def fork(self) -> CellExecutor:
        made = CellExecutor.__new__(CellExecutor)
        made._adopt(self._session.fork(Listener(self._on_event)), self._enclosure, self._on_event)
        return made

    def interrupt(self) -> None:
        self._session.interrupt()

    def close(self) -> None:
        self._session.close()
