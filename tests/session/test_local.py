"""The local executor for real: the jail with each engine, and the interpreter in process."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from executors import Executor, create_executor
from sandbox.errors import BackendUnavailable, LimitExceeded, PolicyViolation, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy

CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "jail-interpreter": {},
    "jail-restricted": {"engine": "restricted"},
    "jail-cpython": {"engine": "cpython"},
    "inprocess-interpreter": {"enclosure": "inprocess", "min_isolation": "none"},
}


def made(configuration: str, **rest: Any) -> Executor:
    executor = create_executor("local", **CONFIGURATIONS[configuration], **rest)
    try:
        assert executor.isolation.kind in ("process", "none")
    except BackendUnavailable as error:
        pytest.skip(f"no jail here: {error}")
    return executor


@pytest.fixture(params=sorted(CONFIGURATIONS))
def configuration(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def executor(configuration: str) -> Iterator[Executor]:
    with made(configuration) as one:
        yield one


def test_the_slice(executor: Executor) -> None:
    def rate(currency: str) -> float:
        return {"EUR": 1.0, "USD": 2.0}[currency]

    executor.send_tools({"rate": rate})
    executor.send_variables({"factor": 10})
    executor.files.write("sales.csv", "item,n\na,1\nb,2\n")
    code = """
import csv
with open("sales.csv") as file:
    total = sum(int(row["n"]) for row in csv.DictReader(file))
with open("report.txt", "w") as file:
    _ = file.write(f"total {total}")
print("total", total)
total * factor * rate("USD")
"""
    result = executor.run(code)
    assert (result.error, result.value, result.stdout, result.state) == (None, 60.0, "total 3\n", "kept")
    assert [(a.name, a.read()) for a in result.artifacts] == [("report.txt", b"total 3")]
    assert {v.name for v in result.variables} >= {"total"}
    assert result.usage.tool_calls == 1
    assert executor("final_answer(total)") == (3, "", True)


def test_refusals_and_errors(executor: Executor) -> None:
    refused = executor.run("import socket").error
    assert isinstance(refused, PolicyViolation) and refused.code == "HC201"
    error = executor.run("x = 1\nx / 0").error
    assert error is not None and (error.type, error.line) == ("ZeroDivisionError", 2)
    assert executor.run("1 + 1").value == 2


def test_deadline(configuration: str) -> None:
    with made(configuration, limits=Limits(wall_s=0.3)) as executor:
        executor.run("x = 1")
        result = executor.run("while True:\n    try:\n        while True: len('')\n    finally:\n        continue")
        assert isinstance(result.error, LimitExceeded)
        assert result.error.limit == "wall_s"


def test_output_cap(configuration: str) -> None:
    with made(configuration, limits=Limits(output_bytes=2000)) as executor:
        executor.run("x = 1")
        result = executor.run("while True: print('y' * 99)")
        assert isinstance(result.error, LimitExceeded)
        state = "rolled_back" if executor.capabilities.rollback else "kept"
        assert (result.error.limit, result.state, len(result.stdout)) == ("output_bytes", state, 2000)
        assert executor.run("x").value == 1


def test_capabilities_and_isolation_say_what_holds(executor: Executor, configuration: str) -> None:
    assert executor.capabilities.names_and_attributes is (configuration != "jail-cpython")
    assert executor.capabilities.holds("memory_mb") is (configuration != "inprocess-interpreter")
    assert (executor.isolation.kind == "none") is (configuration == "inprocess-interpreter")
    assert executor.run("1").isolation == executor.isolation


@pytest.mark.parametrize("configuration", ["jail-cpython"])
def test_the_jail_explains_how_a_worker_ended(configuration: str) -> None:
    with made(configuration, policy=Policy.standard(imports=["_socket", "ctypes"])) as executor:
        left = executor.run("import os\nos._exit(3)")
        assert isinstance(left.error, WorkerCrashed) and "exit status 3" in left.error.message
        stopped = executor.run("import _socket\n_socket.socket()")
        assert isinstance(stopped.error, PolicyViolation)
        assert (stopped.error.code, stopped.state) == ("HC502", "lost")
        fault = executor.run("import ctypes\nctypes.string_at(0)")
        assert isinstance(fault.error, WorkerCrashed) and "SIGSEGV" in fault.error.message


@pytest.mark.parametrize("configuration", ["jail-cpython", "jail-interpreter"])
def test_memory(configuration: str) -> None:
    with made(configuration, limits=Limits(memory_mb=64)) as executor:
        result = executor.run("rows = []\nwhile True:\n    rows.append('x' * 100_000 + str(len(rows)))")
        assert isinstance(result.error, LimitExceeded)
        assert (result.error.limit, result.error.code) == ("memory_mb", "HC603")
        caught = executor.run("try:\n    x = bytearray(1 << 30)\nexcept MemoryError:\n    x = 'caught'\nx")
        assert caught.value == "caught"


@pytest.mark.parametrize("configuration", ["jail-cpython", "jail-interpreter"])
def test_cpu(configuration: str) -> None:
    with made(configuration, limits=Limits(cpu_s=0.2, wall_s=20)) as executor:
        result = executor.run("while True: pass")
        assert isinstance(result.error, LimitExceeded)
        state = "rolled_back" if executor.capabilities.rollback else "kept"
        assert (result.error.limit, result.error.code, result.state) == ("cpu_s", "HC602", state)


def test_in_process_removes_its_cell() -> None:
    with made("inprocess-interpreter") as executor:
        executor.files.write("a", b"x")
        stream = executor._session._live[0].stream  # type: ignore[attr-defined]
        cell = pathlib.Path(stream._cell)
        assert (cell / "a").read_bytes() == b"x"
        assert cell.stat().st_mode & 0o777 == 0o700
    assert not cell.exists()


@pytest.mark.usefixtures("collected")
def test_nothing_is_leaked(configuration: str) -> None:
    made(configuration).close()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with made(configuration, limits=Limits(wall_s=0.1)) as executor:
            executor.run("1")
            executor.run("while True: pass")
    assert len(os.listdir("/proc/self/fd")) == before
