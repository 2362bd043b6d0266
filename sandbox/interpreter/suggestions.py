"""What the library's ``traceback`` adds to the text of an error whose name is nearly right, where its version does.

Invariants: the library itself finds the names and words the text; it is told the names of the guest's frame, never a
frame of ours; it imports nothing.
"""

from __future__ import annotations

import builtins
import traceback
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .shapes import CELL, FILENAME, NOTHING, UNSET
from .spots import is_whole

Variables = Sequence[tuple[str, int, bool]]
"""Name and slot of each variable of a function, and whether it is a cell."""


class Known:
    """Stands for the traceback of an error, whose last frame knows these variables."""

    tb_next = None

    def __init__(self, variables: Mapping[str, Any], namespace: Mapping[str, Any]) -> None:
        self.tb_frame = types.SimpleNamespace(f_locals=variables, f_globals=dict(namespace), f_builtins=vars(builtins))


class Suggestions:
    """Finds the variables of guest frames; ``variables`` tells those of each function by its code, ``body_code`` is
    the code that runs class bodies.
    """

    def __init__(self, namespace: Mapping[str, Any], body_code: types.CodeType) -> None:
        self._namespace = namespace
        self._body_code = body_code
        self.variables: dict[types.CodeType, Variables] = {}

    def known(self, frames: Sequence[types.FrameType]) -> Known:
        """The names that the last of the frames of a traceback knows."""
        found: Mapping[str, Any] = self._namespace
        where: Variables | None = None
        for host in (*self._around(frames[0].f_back), *frames):
            code, local = host.f_code, host.f_locals
            frame: Any = local.get(".frame" if is_whole(code) else "frame")
            if code is self._body_code:
                found, where = frame[0], None
            elif code.co_filename.startswith(CELL) and host.f_globals is not NOTHING:
                found, where = {name: local[name] for name in local if name[:1] != "."}, None
            elif code.co_filename.startswith(CELL):
                where = self.variables.get(code)
            elif code.co_filename != FILENAME:
                continue
            elif code.co_name == "<genexpr>":
                found, where = {}, None  # it has a frame of its own
            if where is not None and type(frame) is list:
                found = local_variables(frame, where)
        return Known(found, self._namespace)

    def _around(self, frame: types.FrameType | None) -> Iterator[types.FrameType]:
        """The frame that began the guest's function or class body in which an error was caught."""
        while frame is not None:
            if frame.f_code is self._body_code or frame.f_code.co_filename.startswith(CELL):
                yield frame
                return
            frame = frame.f_back


def local_variables(frame: Sequence[Any], where: Variables) -> dict[str, Any]:
    """The variables of a frame that have a value."""
    found = {name: frame[slot][0] if cell else frame[slot] for name, slot, cell in where if slot < len(frame)}
    return {name: value for name, value in found.items() if value is not UNSET}


def suggestion(error: BaseException, known: Known | None) -> str:
    """What follows the text of the error; ``known`` where it has a traceback."""
    plain: BaseException
    try:
        name: Any = getattr(error, "name", None)
        if type(name) is not str:
            return ""
        if isinstance(error, NameError):
            plain = NameError(name=name)
        elif isinstance(error, AttributeError):
            plain = AttributeError(name=name, obj=error.obj)
        else:
            return ""
        where: Any = known
        report = traceback.TracebackException(type(plain), plain, where, limit=0, compact=True)
        text = "".join(report.format_exception_only())
    except BaseException:  # guest code
        return ""
    return text.strip().removeprefix(type(plain).__name__).removeprefix(": ")
