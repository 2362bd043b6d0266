"""The executor of every enclosure: a session under the Executor's surface.

Invariants: nothing is decided here; arguments are checked before anything is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.result import Isolation, Result

from .asynchronous import run_async
from .base import Executor
from .capabilities import Capabilities, capabilities_of
from .exchange import INTERRUPT_GRACE_S
from .files import Files
from .link import Enclosure
from .session import Session, check_code

_log = logging.getLogger("hardcell")


class CellExecutor(Executor):
    """Runs guest code in one session of an engine behind an enclosure. ``create_executor`` makes it."""

    def __init__(
        self,
        enclosure: Enclosure,
        engine: str,
        policy: Policy,
        limits: Limits,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self._session = Session(enclosure, engine, policy, limits, _guarded(on_event))
        self._enclosure = enclosure
        self.files = Files(self._session)

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
    def capabilities(self) -> Capabilities:
        mechanisms = self._session.isolation.mechanisms
        return capabilities_of(self._session.engine, self._enclosure.name, mechanisms)

    def run(self, code: str) -> Result:
        return self._session.run(code)

    async def arun(self, code: str) -> Result:
        check_code(code)
        return await run_async(self._session, code)

    def send_tools(self, tools: Mapping[str, Callable[..., Any]]) -> None:
        self._session.set_tools(tools)

    def send_variables(self, variables: Mapping[str, Any]) -> None:
        self._session.set_variables(variables)

    def interrupt(self) -> None:
        self._session.interrupt(INTERRUPT_GRACE_S)

    def close(self) -> None:
        self._session.close()


def _guarded(on_event: Callable[[Event], None] | None) -> Callable[[Event], None]:
    """A listener that fails is told to the log; it cannot tear a run."""
    if on_event is None:
        return lambda event: None
    if not callable(on_event):
        raise TypeError("on_event must be callable: Event -> None")

    def listen(event: Event) -> None:
        try:
            on_event(event)
        except Exception:
            _log.exception("the event listener failed at %s", event.type)

    return listen
