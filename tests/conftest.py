"""Backends of the test matrix, and options that turn skips into failures.

A skip whose reason begins with ``needs backend NAME``, ``needs user``, ``needs isolation LEVEL`` or ``needs data``
fails where the matching ``--require-…`` option was given.
"""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Callable, Generator
from typing import Any

import hypothesis
import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from sandbox.policy import Policy

# No test is about how long it takes: on a busy machine any of them may be kept waiting.
hypothesis.settings.register_profile("hardcell", deadline=None)
hypothesis.settings.load_profile("hardcell")

LEVELS = ("none", "L1", "L2", "L3")


@dataclasses.dataclass(frozen=True)
class Backend:
    """One way to make an executor: ``executor_type`` and fixed options."""

    name: str
    executor_type: str
    options: dict[str, Any]

    def make(self, *, policy: Policy | None = None, limits: Limits | None = None, **options: Any) -> Executor:
        """A fresh executor."""
        return create_executor(self.executor_type, policy=policy, limits=limits, **self.options, **options)

    @property
    def engine(self) -> str:
        """What evaluates the guest's code."""
        named: str | None = self.options.get("engine")
        return named or {"restricted": "restricted", "docker": "cpython"}.get(self.executor_type, "interpreter")


BACKENDS = {
    backend.name: backend
    for backend in (
        Backend("local", "local", {}),
        Backend("restricted", "restricted", {}),
        Backend("jail-only", "local", {"engine": "cpython"}),
        Backend("in-process", "local", {"enclosure": "inprocess", "min_isolation": "none"}),
        Backend("docker", "docker", {}),
        Backend("restricted-in-process", "restricted", {"enclosure": "inprocess", "min_isolation": "none"}),
    )
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The ``--require-…`` options."""
    group = parser.getgroup("hardcell's own tests")
    group.addoption(
        "--require-backend", action="append", default=[], metavar="NAME", help="fail where NAME is not available"
    )
    group.addoption("--require-user", action="store_true", help="fail where a test needs another user")
    group.addoption("--require-isolation", choices=LEVELS, help="fail where the jail does not reach this level")
    group.addoption("--require-data", action="store_true", help="fail where HARDCELL_DATA is missing")


def _required(config: pytest.Config, reason: str) -> bool:
    """Whether an option forbids this reason for a skip."""
    words = reason.removeprefix("Skipped: ").replace(":", " ").split()
    if words[:1] != ["needs"] or len(words) < 2:
        return False
    what, subject = words[1], words[2] if len(words) > 2 else ""
    if what == "backend":
        return subject in config.getoption("--require-backend")
    if what == "isolation":
        level = config.getoption("--require-isolation")
        return level is not None and subject in LEVELS and LEVELS.index(subject) <= LEVELS.index(level)
    return what in ("user", "data") and bool(config.getoption(f"--require-{what}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and _required(item.config, report.longrepr[2]):
        report.outcome = "failed"
        report.longrepr = f"{report.longrepr[2]} (and an option requires it)"
    return report


_probed: dict[str, str] = {}


def _why_not(backend: Backend) -> str:
    """Why the backend cannot be had here, or an empty string; asked once."""
    if backend.name not in _probed:
        try:
            with backend.make() as executor:
                result = executor.run("1 + 1")
            _probed[backend.name] = "" if result.value == 2 else f"it does not work: {result.error}"
        except BackendUnavailable as error:
            _probed[backend.name] = str(error).splitlines()[0]
    return _probed[backend.name]


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each backend of the matrix in turn."""
    found = BACKENDS[request.param]
    reason = _why_not(found)
    if reason:
        pytest.skip(f"needs backend {found.executor_type}: {reason}")
    return found


@pytest.fixture
def executor(backend: Backend) -> Generator[Executor, None, None]:
    """A fresh executor of each backend."""
    with backend.make() as opened:
        yield opened


@pytest.fixture
def collected() -> None:
    """For tests that count descriptors: what earlier tests left is closed when it is collected, which is now."""
    gc.collect()


@pytest.fixture
def require_isolation() -> Callable[[str], None]:
    """Skips, or fails under ``--require-isolation``, when the jail is below a level."""

    def require(level: str) -> None:
        with create_executor("local", min_isolation="none") as opened:
            found = opened.isolation.level
        if LEVELS.index(found) < LEVELS.index(level):
            pytest.skip(f"needs isolation {level}: the jail reaches {found} here")

    return require


@pytest.fixture
def needs_full_jail(require_isolation: Callable[[str], None]) -> None:
    """Skips where the jail does not reach L3, as sessions there are not copied."""
    require_isolation("L3")
