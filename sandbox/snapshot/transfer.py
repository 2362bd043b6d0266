"""A snapshot between worker and host, piece by piece: the worker's side of the kinds ``snapshot`` and ``restore``.

Invariants: at most one document is held, and only until it is read or restored; whatever goes wrong is an exception
that is told to the host, never the end of the worker.
"""

from __future__ import annotations

import base64
from typing import Any

from ..cell import Cell
from ..engine import Engine, Stop
from ..errors import DecodeError, EncodeError
from ..protocol import Frame
from .document import restore, save

PIECE = 128 << 10
_CELL = "/cell/"


class Transfer:
    """The document on its way. ``size`` is how many bytes it may come to, unpacked."""

    def __init__(self, cell: Cell, size: int) -> None:
        self._cell = cell
        self._size = size
        self._held = bytearray()

    def serve(self, frame: Frame, engine: Engine) -> dict[str, Any]:
        """The answer to a request.

        Raises:
            EncodeError, DecodeError, KeyError, OSError, MemoryError: told to the host.
        """
        match frame["t"], frame["op"]:
            case "snapshot", "make":
                return self._make(frame, engine)
            case "snapshot", "read":
                offset = frame.get("offset", 0)
                return {"data": base64.b64encode(self._held[offset : offset + PIECE]).decode("ascii")}
            case "restore", "write":
                self._held += base64.b64decode(frame.get("data", ""), validate=True)
                if len(self._held) > self._size:
                    raise DecodeError(f"it comes to more than the {self._size} bytes that a snapshot may have")
            case "restore", _:
                return {"unlike": self._finish(frame, engine)}
            case _:
                self._held = bytearray()
        return {}

    def _make(self, frame: Frame, engine: Engine) -> dict[str, Any]:
        world = engine.world()
        leave_out, lenient = frame.get("leave_out", []), frame.get("lenient", False)
        full = False
        try:
            document, left_out = engine.inside(save, world, leave_out, lenient, self._size)
        except Stop as stop:
            raise DecodeError(f"the session could not be read: {stop.error}") from None
        except MemoryError:
            full = True
        if full:
            # A fresh one: the traceback of the other holds what filled the memory.
            raise MemoryError("there is no memory left to write the snapshot")
        entries, unsaved = self._cell.entries()
        if unsaved and not lenient:
            raise _refused(unsaved)
        left_out |= {f"{_CELL}{path}": why for path, why in unsaved.items()}
        self._held = bytearray(document)
        rows = [[name, why[:1000]] for name, why in left_out.items()]
        return {"size": len(document), "python": world.python, "left_out": rows, "entries": entries}

    def _finish(self, frame: Frame, engine: Engine) -> int:
        document, self._held = bytes(self._held), bytearray()
        try:
            engine.inside(restore, engine.world(), document, frame.get("tools", []), self._size)
        except Stop as stop:
            raise DecodeError(f"it is refused here: {stop.error}") from None
        except SystemExit:
            raise DecodeError("a class in it left the interpreter") from None
        return self._cell.put_back(frame.get("entries", []))


def _refused(unsaved: dict[str, str]) -> EncodeError:
    path, why = next(iter(unsaved.items()))
    also = f"; neither can {len(unsaved) - 1} more" if len(unsaved) > 1 else ""
    text = f"{_CELL}{path} cannot be saved: {why}{also}. Remove what cannot be saved, or use leave_out_unsavable=True"
    return EncodeError(text, path=f"{_CELL}{path}", type_name="file")
