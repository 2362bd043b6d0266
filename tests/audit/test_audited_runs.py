"""What an audit log sees of sessions, and what happens when it cannot see."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from executors import create_executor
from executors.audit import AuditLog, verify
from executors.base import Executor
from sandbox.errors import BackendUnavailable, PolicyViolation

KEY = b"0123456789abcdef"


def audited(log: Any) -> Executor:
    return create_executor("local", enclosure="inprocess", min_isolation="none", on_event=log)


class Disk:
    """Fails every write once ``full`` says so of the line."""

    def __init__(self) -> None:
        self.full: Callable[[bytes], bool] = lambda line: False
        self._write = os.write

    def __call__(self, fd: int, data: Any) -> int:
        if self.full(bytes(data)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._write(fd, data)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    made = Disk()
    with monkeypatch.context() as context:
        context.setattr("executors.audit.file.os.write", made)
        yield made


def types(path: Path) -> list[str]:
    return [json.loads(line)["type"] for line in path.read_text().splitlines()]


def test_two_sessions_in_one_log(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with AuditLog(path, key=KEY) as log, audited(log) as one, audited(log) as two:
        one.run("1")
        two.run("2")
        one.run("3")
    records = [json.loads(line) for line in path.read_text().splitlines()]
    runs = [(record["session"], record["data"]["number"]) for record in records if record["type"] == "run.started"]
    assert runs == [(1, 1), (2, 1), (1, 2)]
    with path.open("rb") as file:
        assert verify(file, KEY).state == "intact"


def test_a_run_that_cannot_be_recorded_is_not_begun(tmp_path: Path, disk: Disk) -> None:
    with AuditLog(tmp_path / "log") as log, audited(log) as executor:
        executor.run("x = 1")
        disk.full = lambda line: True
        with pytest.raises(BackendUnavailable, match="cannot be written, so nothing was run.*No space left"):
            executor.run("x = 2")
        disk.full = lambda line: False
        assert executor.run("x").value == 1
    with (tmp_path / "log").open("rb") as file:
        assert (verify(file).state, types(tmp_path / "log").count("audit.lost")) == ("intact", 1)


def test_a_tool_whose_call_cannot_be_recorded_is_not_called(tmp_path: Path, disk: Disk) -> None:
    called = []
    disk.full = lambda line: b'"tool.called"' in line
    with AuditLog(tmp_path / "log") as log, audited(log) as executor:
        executor.send_tools({"tool": lambda: called.append(1)})
        result = executor.run("x = 1\ntry:\n    tool()\nexcept BaseException:\n    pass\nx = 2")
        assert isinstance(result.error, PolicyViolation)
        assert (result.error.code, result.error.recovery, called) == ("HC503", "escalate", [])
        disk.full = lambda line: False
        assert executor.run("x").value == 1


def test_an_end_that_cannot_be_recorded_is_told(tmp_path: Path, disk: Disk) -> None:
    disk.full = lambda line: b'"run.ended"' in line
    with AuditLog(tmp_path / "log") as log, audited(log) as executor:
        result = executor.run("5")
    assert isinstance(result.error, PolicyViolation) and result.error.code == "HC503"
    assert (result.value, result.state) == (None, "kept")


def test_a_claim_of_the_worker_that_cannot_be_recorded_ends_the_run(tmp_path: Path, disk: Disk) -> None:
    disk.full = lambda line: b'"import.refused"' in line
    code = "try:\n    import socket\nexcept ImportError:\n    pass\nwhile True: pass"
    with AuditLog(tmp_path / "log") as log:
        with create_executor("local", min_isolation="none", on_event=log) as executor:
            result = executor.run(code)
    assert isinstance(result.error, PolicyViolation) and result.error.code == "HC503"


def test_a_plain_listener_that_fails_stops_nothing() -> None:
    def fail(event: object) -> None:
        raise OSError("no")

    with audited(fail) as executor:
        assert executor.run("1").value == 1


ACTS: dict[str, tuple[Callable[[Executor, bytes], object], str, bool]] = {
    "file.written": (lambda executor, saved: executor.files.write("f", b"2"), "was written without a record", True),
    "file.read": (lambda executor, saved: executor.files.read("f"), "the file is not handed out", False),
    "session.saved": (lambda executor, saved: executor.snapshot(), "the snapshot is not handed out", False),
    "session.restored": (lambda executor, saved: executor.restore(saved), "was restored without a record", True),
    "session.forked": (lambda executor, saved: executor.fork(), "there is no branch", False),
}


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_that_cannot_be_recorded_is_an_error_that_says_what_became_of_it(
    kind: str, tmp_path: Path, disk: Disk, require_isolation: Callable[[str], None]
) -> None:
    require_isolation("L3")
    act, why, done = ACTS[kind]
    with AuditLog(tmp_path / "log") as log, create_executor("local", on_event=log, branches=1) as executor:
        saved = executor.snapshot()
        executor.run("x = 1")
        executor.files.write("f", b"1")
        disk.full = lambda line: f'"{kind}"'.encode() in line
        with pytest.raises(BackendUnavailable, match=why):
            act(executor, saved)
        disk.full = lambda line: False
        restored = kind == "session.restored"
        assert executor.run("'x' in globals()").value is not restored
        assert restored or executor.files.read("f") == (b"2" if done else b"1")
        executor.fork().close()
