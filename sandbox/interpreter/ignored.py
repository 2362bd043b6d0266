"""What a guest is told of an exception that nothing can catch, such as that of a generator that is let go.

Invariants: only exceptions that came through guest code are told, with guest lines only; nothing is raised.
"""

from __future__ import annotations

from typing import Any

from ..values import guest_repr
from .reports import message, type_name
from .runtime import GuestRuntime

_REPR_CHARS = 2048


def tell(runtime: GuestRuntime, ignored: Any) -> bool:
    """Write it to the guest's stderr as CPython's own hook does: no causes, no source lines. Whether it is the guest's.

    ``ignored`` is the argument of ``sys.unraisablehook``.
    """
    frames = runtime.reporter.frames(ignored.exc_traceback)
    if not frames:
        return False
    try:
        what = ignored.err_msg or "Exception ignored in"
        lines = [f"{what}: {guest_repr(ignored.object, _REPR_CHARS)}\n", "Traceback (most recent call last):\n"]
        for filename, line, name, _source in map(runtime.reporter.describe, frames):
            lines.append(f'  File "{filename}", line {line}, in {name}\n')
        lines.append(f"{type_name(ignored.exc_value)}: {message(ignored.exc_value)}\n")
        stream: Any = runtime.streams.stderr
        stream.write("".join(lines))
    except BaseException:
        # The exception's own text is guest code; a stop in it is raised again by the next operation.
        return True
    return True
