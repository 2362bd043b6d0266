"""From a finished run to its Result.

Invariants: every field is built here from checked frames and the host's own measurements; what the worker claims
(value, variables, artifacts, operations) is bounded and plain; nothing is decoded twice.
"""

from __future__ import annotations

import functools
import mimetypes
from collections.abc import Callable
from typing import Any

from sandbox.errors import DecodeError, RemoteProtocolError, RunError
from sandbox.protocol import Frame
from sandbox.protocol.failures import from_plain
from sandbox.result import Artifact, Usage, Variable
from sandbox.values import decode
from sandbox.values.packages import Packages

from .exchange import Run
from .link import Link
from .paths import is_clean
from .toolcalls import ToolCalls

MEASURED_S = 0.01
_SHORT = 200
_ENDING = 30
_UNKNOWN = "application/octet-stream"


def usage_of(run: Run, calls: ToolCalls, link: Link) -> Usage:
    """What the host measured of a run that has ended on this link, and the operations that the worker claims."""
    wall_s, cpu_s = run.deadline.wall_s(), run.deadline.cpu_used_s()
    link.cpu_s += cpu_s
    return Usage(
        wall_s=wall_s,
        cpu_s=cpu_s,
        # Reading the peak costs more than a short cell does.
        memory_mb=link.stream.peak_memory_mb() if wall_s >= MEASURED_S and not run.lost else 0.0,
        ops=run.done["ops"] if run.done else 0,
        output_bytes=run.printed.size,
        tool_calls=calls.count,
        tool_s=calls.tool_s,
    )


def fields_of(run: Run, read: Callable[[str], bytes], packages: Packages) -> dict[str, Any]:
    """The fields of the Result of a finished run: the host's verdict first, then what ``done`` claims.

    ``read`` fetches a file of the session for an artifact; ``packages`` are those whose kinds of value are built. A
    value that is none makes the worker a broken one.
    """
    try:
        fields = _claimed(run, read, packages)
    except DecodeError as error:
        run.distrust(RemoteProtocolError(f"the worker sent a value that is none: {error}"))
        fields = {"error": run.verdict}
    fields["stdout"], fields["stderr"] = run.printed.text("stdout"), run.printed.text("stderr")
    return fields


def _claimed(run: Run, read: Callable[[str], bytes], packages: Packages) -> dict[str, Any]:
    done = run.done
    error = run.verdict
    if done is None:
        return {"error": error}
    claimed = from_plain(done["error"]) if done["error"] else None
    error = _merged(error, claimed) if error else claimed
    fields: dict[str, Any] = {
        "error": error,
        "variables": tuple(Variable(name, kind[:_SHORT], text[: _SHORT + 1]) for name, kind, text in done["variables"]),
        "artifacts": tuple(_artifacts(done, read)),
    }
    if error is None:
        value = decode(done["value"], packages=packages)
        fields |= {"value": value, "value_repr": done["repr"], "is_final_answer": done["final"]}
    return fields


def _merged(verdict: RunError, claimed: RunError | None) -> RunError:
    """The host's verdict, with the guest position at which the soft stop struck."""
    if claimed is not None and verdict.line is None:
        verdict.line, verdict.column, verdict.traceback = claimed.line, claimed.column, claimed.traceback
    return verdict


def _artifacts(done: Frame, read: Callable[[str], bytes]) -> list[Artifact]:
    found = []
    for name, size, digest in done["artifacts"]:
        if is_clean(name):
            found.append(Artifact(name, _media_type(name), size, digest[:64], _reader(read, name)))
    return found


def _media_type(name: str) -> str:
    """By the ending. Asking ``mimetypes`` costs more than all the rest of an artifact does."""
    try:
        return _media_type_of("a." + name.rpartition("/")[2].partition(".")[2][-_ENDING:])
    except OSError:
        # Its first question reads this machine's own table, for which there may be no descriptor.
        return _UNKNOWN


@functools.lru_cache(maxsize=256)
def _media_type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or _UNKNOWN


def _reader(read: Callable[[str], bytes], path: str) -> Callable[[], bytes]:
    return lambda: read(path)
