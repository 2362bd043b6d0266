"""Two connections joined back to back: what one sends, the other receives, and their states agree."""

from __future__ import annotations

from sandbox.protocol import SENDER, Budget, Connection, Frame

START: Frame = {"t": "start", "engine": "cpython", "policy": {}, "limits": {}, "tools": []}
HELLO: Frame = {"t": "hello", "proto": 1, "python": "3.11.0", "digest": "", "engine": "cpython", "isolation": {}}
DONE: Frame = {
    "t": "done",
    "id": 1,
    "value": None,
    "repr": "None",
    "error": None,
    "final": False,
    "variables": [],
    "artifacts": [],
    "ops": 0,
}


class ConnectionPair:
    """``send(frame)`` goes from the kind's own sender to the other end. ``step`` bytes are fed at a time (0: all)."""

    def __init__(self, step: int = 0, budget: Budget | None = None) -> None:
        self.host = Connection("host", budget)
        self.worker = Connection("worker", budget)
        self._step = step

    def send(self, frame: Frame) -> Frame:
        """The frame as the receiver gets it."""
        sender, receiver = (self.host, self.worker) if SENDER[frame["t"]] == "host" else (self.worker, self.host)
        data = sender.send(frame)
        step = self._step or len(data)
        got = [one for at in range(0, len(data), step) for one in receiver.receive(data[at : at + step])]
        assert len(got) == 1
        assert self.host.state == self.worker.state
        return got[0]

    def greet(self) -> None:
        """Up to state idle."""
        self.send(START)
        self.send(HELLO)
