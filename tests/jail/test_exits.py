"""How a worker's end is told."""

from __future__ import annotations

import pytest

from executors.exits import Exit, explain_exit
from executors.repairs import missing
from sandbox.errors import LimitExceeded, PolicyViolation, WorkerCrashed
from sandbox.limits import Limits
from sandbox.refusals import LIMIT_CODES
from sandbox.result import Isolation

LIMITS = Limits(cpu_s=2, wall_s=1, memory_mb=64)


@pytest.mark.parametrize(
    ("exit", "kind", "text"),
    [
        (Exit(31, 0, 0.1), PolicyViolation, "the kernel wall stopped the worker"),
        (Exit(9, 0, 2.5), WorkerCrashed, "killed from outside"),
        (Exit(24, 0, 2.0), LimitExceeded, "more than 2 s of cpu"),
        (Exit(9, 0, 0.1), WorkerCrashed, "killed from outside"),
        (Exit(11, 0, 0.1), WorkerCrashed, "died of SIGSEGV"),
        (Exit(200, 0, 0.1), WorkerCrashed, "died of signal 200"),
        (Exit(0, 3, 0.1), WorkerCrashed, "left the interpreter with exit status 3"),
        (Exit(9, 0, 0.0, zygote_lost=True), WorkerCrashed, "its zygote with it"),
        (None, WorkerCrashed, "the worker is gone"),
    ],
)
def test_the_cause_of_an_end(exit: Exit | None, kind: type[Exception], text: str) -> None:
    error = explain_exit(exit, killed_for=None, limits=LIMITS)
    assert type(error) is kind
    assert text in error.message


@pytest.mark.parametrize("number", [6, 7, 11])
def test_a_death_with_full_memory_is_the_memory_limit(number: int) -> None:
    found = Exit(number, 0, 0.1, 99_000)
    error = explain_exit(found, killed_for=None, limits=LIMITS, grown_mb=60.0)
    assert isinstance(error, LimitExceeded)
    assert (error.limit, error.used, error.code) == ("memory_mb", 60.0, "HC603")
    assert type(explain_exit(found, killed_for=None, limits=LIMITS, grown_mb=50.0)) is WorkerCrashed


def test_a_tripwire_has_its_code() -> None:
    error = explain_exit(Exit(31, 0, 0.0), killed_for=None, limits=LIMITS)
    assert (error.code, error.type) == ("HC502", "PermissionError")


@pytest.mark.parametrize("name", sorted(LIMIT_CODES))
def test_a_kill_for_a_limit_is_that_limit_whatever_the_exit_says(name: str) -> None:
    for exit in (None, Exit(9, 0, 99.0), Exit(31, 0, 0.0)):
        error = explain_exit(exit, killed_for=name, limits=LIMITS)
        assert isinstance(error, LimitExceeded)
        assert (error.limit, error.allowed, error.code) == (name, float(getattr(LIMITS, name)), LIMIT_CODES[name])


def test_the_refusal_names_what_is_missing_and_ways_on() -> None:
    found = Isolation("process", "L1", {"seccomp": "on", "namespaces": "off: EPERM", "landlock": "off: ENOSYS"})
    message, repair = missing(found, "L3")
    assert message == (
        "the jail reaches L1 here and L3 was asked; missing: namespaces (off: EPERM), landlock (off: ENOSYS), "
        "resource limits (off: not tried)"
    )
    assert 'min_isolation="L1"' in repair
    assert 'create_executor("docker")' in repair
