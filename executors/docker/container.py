"""One container, from its creation to its removal.

Invariants: made stopped, attached to, then started; removed by ``close`` whatever state it is in, and by its own end
when the host cannot; whoever kills it says so first, so that its end is told for what it was.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.errors import RunError, WorkerCrashed
from sandbox.limits import Limits

from .. import fresh_python
from ..exits import Exit, explain_exit
from .attach import Attachment
from .client import failures, translated
from .idleness import WATCH, Idle

if TYPE_CHECKING:
    import docker
    from docker.models.containers import Container as EngineContainer

_WAIT_S = 2
_KILLED = 128 + signal.SIGKILL


def command(module: str, *, fixed_hashes: bool = False) -> list[str]:
    """What a container runs: ``main`` of a module of the worker's. Isolated, but for the one variable that fixes the
    hashes of texts."""
    boot = f"import sys; sys.path[:0] = ['/opt/hardcell']; from {module} import main; main()"
    return ["python3", *fresh_python.options(fixed_hashes=fixed_hashes), "-B", "-c", boot]


class ContainerChannel:
    """A started container, as a channel to its relay. Implements ``executors.relayed.Channel``."""

    def __init__(self, container: EngineContainer, attachment: Attachment, pause_after_s: float | None) -> None:
        self._container = container
        self._attachment = attachment
        self._closed = False
        self._idle: Idle | None = None
        if pause_after_s is not None:
            self._idle = Idle(pause_after_s, self._pause, self._go_on)
            WATCH.add(self._idle)
        self.fileno = attachment.fileno
        self.send = attachment.send
        self.receive = attachment.receive
        self.said = attachment.said

    @classmethod
    def start(
        cls,
        client: docker.DockerClient,
        image: str,
        arguments: Mapping[str, Any],
        labels: Mapping[str, str],
        *,
        pause_after_s: float | None = None,
    ) -> ContainerChannel:
        """A container of this image, made with these arguments and started; paused when nobody waits for it so long.

        Raises:
            BackendUnavailable: the engine refused, or nobody answers; nothing is left.
        """
        with translated("to make a container"):
            made = client.containers.create(image, labels=dict(labels), **arguments)
        try:
            with translated("to attach to a container"):
                wanted = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
                attachment = Attachment(client.api.attach_socket(made.id, params=wanted))
        except BaseException:
            _remove(made)
            raise
        channel = cls(made, attachment, pause_after_s)
        try:
            with translated("to start a container"):
                made.start()
        except BaseException:
            channel.close()
            raise
        return channel

    @property
    def id(self) -> str:
        """Of the container."""
        return str(self._container.id)

    def awake(self) -> contextlib.AbstractContextManager[None]:
        """It is not paused while the block lasts."""
        return self._idle.wanted() if self._idle is not None else contextlib.nullcontext()

    def _pause(self) -> bool:
        try:
            self._container.pause()
        except failures():
            return False
        return True

    def _go_on(self) -> None:
        # One that cannot go on has ended, and that shows.
        with contextlib.suppress(*failures()):
            self._container.unpause()

    def kill(self) -> None:
        """Begin to end everything: the relay ends what is in the container when its input ends."""
        self._attachment.hang_up()

    def explain(self, limits: Limits) -> RunError:
        """Why it ended, when the relay could not tell: from what the engine knows."""
        import docker.errors
        import requests.exceptions

        try:
            with contextlib.suppress(requests.exceptions.RequestException):
                self._container.wait(timeout=_WAIT_S)
            self._container.reload()
        except docker.errors.NotFound:
            return WorkerCrashed("the container was removed by somebody else while the session was using it")
        except failures():
            return WorkerCrashed("the Docker engine is gone, and the container's state with it; is it being restarted?")
        state = self._container.attrs["State"]
        code = state.get("ExitCode")
        if state.get("OOMKilled"):
            killed = Exit(signal.SIGKILL, 0, 0.0)
            return explain_exit(killed, killed_for=None, limits=limits, oom_mb=float(limits.memory_mb))
        if code == _KILLED:
            return WorkerCrashed("the container was killed from outside, or the machine ran out of memory")
        return WorkerCrashed(f"the container ended with status {code}; {self.said() or 'it did not say why'}"[:1000])

    def close(self) -> None:
        """Kill and remove the container, and release the connection. Idempotent."""
        if not self._closed:
            self._closed = True
            if self._idle is not None:
                WATCH.remove(self._idle)
                self._idle.end()
            self._attachment.close()
            _remove(self._container)


def _remove(container: EngineContainer) -> None:
    """Whatever its state; one that is gone is gone. What cannot be removed now is removed as a stray later."""
    with contextlib.suppress(*failures()):
        container.remove(force=True, v=True)
