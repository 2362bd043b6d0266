"""How a worker ended, and what that means for the run it ended.

Invariants: only what the host saw counts: the wait status, the cpu clock, and whether the host itself killed.
"""

from __future__ import annotations

import dataclasses
import signal

from sandbox import means
from sandbox.errors import LimitExceeded, PolicyViolation, RunError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.refusals import LIMIT_CODES, explain


@dataclasses.dataclass(frozen=True)
class Exit:
    """``signal``: the number that killed the worker, or 0; ``code``: its exit status when no signal did; ``cpu_s``:
    cpu seconds of the worker and the children it waited for; ``peak_kb``: its resident memory at the most, 0 unknown;
    ``zygote_lost``: the zygote died, and the worker with it.
    """

    signal: int
    code: int
    cpu_s: float
    peak_kb: int = 0
    zygote_lost: bool = False


_MESSAGES = {
    "wall_s": "the run was still going after {allowed:g} s",
    "total_wall_s": "run and tools together were still going after {allowed:g} s",
    "cpu_s": "the run used more than {allowed:g} s of cpu",
    "memory_mb": "the worker grew by more than {allowed:g} MB",
    "output_bytes": "the run printed more than {allowed:g} bytes",
    "disk_mb": "the run stored more than {allowed:g} MB in /cell",
    "tool_calls": "the run called tools more than {allowed:g} times",
    "value_bytes": "a value is larger than {allowed:g} bytes",
    "ops": "the run took more than {allowed:g} operations",
}


_FULL = 0.9
"""An interpreter that dies with this much of its memory in use has died of memory that was refused."""
_OF_MEMORY = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS)


def explain_exit(
    exit: Exit | None, *, killed_for: str | None, limits: Limits, grown_mb: float = 0.0, oom_mb: float | None = None
) -> RunError:
    """The error of the run during which the worker ended.

    ``killed_for`` names the limit for which the host killed the worker, or is None when the host did not. ``exit``
    is None when nobody could say how it ended. ``grown_mb`` is its memory at the most, above the idle worker's;
    ``oom_mb`` is what its control group held at the most, if the kernel killed for it.
    """
    if killed_for is not None:
        return _limit(killed_for, limits, None, "host")
    if exit is None or exit.zygote_lost:
        return WorkerCrashed("the worker is gone, and its zygote with it; the session's state is lost")
    if exit.signal == signal.SIGSYS:
        what = "a system call that the jail never allows (a socket, a program start, a mount, …)"
        return PolicyViolation(explain("HC502", what), type="PermissionError", code="HC502")
    if exit.signal == signal.SIGXCPU:
        return _limit("cpu_s", limits, exit.cpu_s, means.RLIMIT)
    if exit.signal in _OF_MEMORY and grown_mb >= _FULL * limits.memory_mb:
        return _limit("memory_mb", limits, grown_mb, means.RLIMIT)
    if exit.signal == signal.SIGKILL and oom_mb is not None:
        return _limit("memory_mb", limits, oom_mb, means.CGROUP)
    if exit.signal == signal.SIGKILL:
        return WorkerCrashed("the worker was killed from outside, most likely because the machine ran out of memory")
    if exit.signal:
        return WorkerCrashed(f"the worker died of {_name(exit.signal)}", recovery="rewrite")
    return WorkerCrashed(f"the guest left the interpreter with exit status {exit.code}", recovery="rewrite")


def _limit(name: str, limits: Limits, used: float | None, how: str) -> LimitExceeded:
    allowed = float(getattr(limits, name))
    code = LIMIT_CODES.get(name, "")
    what = _MESSAGES.get(name, f"limits.{name} was exceeded").format(allowed=allowed)
    message = explain(code, what) if code else what
    return LimitExceeded(message, limit=name, allowed=allowed, used=used, how=how, code=code)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
