"""Writing an audit log: reopening, several writers, failing disks, interrupts, copies."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import socket
import stat
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from executors.audit import AuditLog, Logging, Syslog, Verdict, verify
from executors.audit.chain import Record
from sandbox.events import Event, host_event

KEY = b"0123456789abcdef"
EVENT = host_event("display")


def state(path: Path) -> Verdict:
    with path.open("rb") as file:
        return verify(file, KEY)


def types(path: Path) -> list[str]:
    return [json.loads(line)["type"] for line in path.read_text().splitlines()]


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "log"
    AuditLog(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_each_session_has_its_number(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with AuditLog(path, key=KEY) as log:
        one, two = log.for_session(), log.for_session()
        one(EVENT)
        two(EVENT)
        one(EVENT)
    assert [json.loads(line).get("session") for line in path.read_text().splitlines()] == [None, 1, 2, 1, None]


def test_threads_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with AuditLog(path, key=KEY) as log:
        listeners = [log.for_session() for _ in range(8)]
        threads = [threading.Thread(target=lambda one=one: [one(EVENT) for _ in range(50)]) for one in listeners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (state(path).state, state(path).records) == ("intact", 402)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with AuditLog(path), pytest.raises(OSError, match="another audit log writes to this file"):
        AuditLog(path)
    AuditLog(path).close()


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"hello", b'{"type":"display"}\n'])
def test_another_file_is_not_written_to(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is no audit log"):
        AuditLog(path)
    assert path.read_bytes() == content


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="a regular file"):
        AuditLog(tmp_path / "pipe")
    with pytest.raises(IsADirectoryError):
        AuditLog(tmp_path)
    with pytest.raises(ValueError, match="needs a path"):
        AuditLog()
    with pytest.raises(TypeError, match="is bytes, not str"):
        AuditLog(tmp_path / "log", key="0123456789abcdef")  # type: ignore[arg-type]


def test_a_line_that_spans_many_reads_is_found_at_reopening(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with AuditLog(path, key=KEY) as log:
        log.write({"type": "display", "data": {"text": "x" * 300_000}})
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    with AuditLog(path, key=KEY) as log:
        log(EVENT)
    assert (state(path).state, state(path).line, state(path).records) == ("not closed", 2, 5)


def test_a_closed_log_takes_no_events(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "log")
    log.close()
    log.close()
    with pytest.raises(ValueError, match="closed"):
        log(EVENT)


def test_a_full_disk_leaves_whole_lines_and_is_told_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    real = os.write

    def full(fd: int, data: memoryview) -> int:
        if len(data) > 10:
            return real(fd, data[:10])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with AuditLog(path, key=KEY) as log:
        log(EVENT)
        with monkeypatch.context() as context:
            context.setattr("executors.audit.file.os.write", full)
            for _ in range(3):
                with pytest.raises(OSError, match="No space left"):
                    log(EVENT)
        assert types(path) == ["audit.opened", "display"]
        log(EVENT)
    assert types(path) == ["audit.opened", "display", "audit.lost", "display", "audit.closed"]
    assert (state(path).state, state(path).lost) == ("intact", 3)


def test_a_real_limit_of_the_file_size(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "log"
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with AuditLog(path, key=KEY) as log:
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 30, limits[1]))
            with pytest.raises(OSError, match="too large"):
                log(EVENT)
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert types(path) == ["audit.opened", "audit.lost", "audit.closed"]
    assert state(path).state == "intact"


def test_a_file_that_somebody_changes_or_removes_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = AuditLog(path)
    size = path.stat().st_size
    with path.open("ab") as other:
        other.write(b"x\n")
    with pytest.raises(OSError, match="somebody else changed"):
        log(EVENT)
    os.truncate(path, size - 5)
    with pytest.raises(OSError, match="somebody else changed"):
        log(EVENT)
    path.unlink()
    with pytest.raises(OSError, match="was removed"):
        log(EVENT)
    with pytest.raises(OSError, match="was removed"):
        log.close()


def test_a_forked_child_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with AuditLog(path, key=KEY) as log:
        pid = os.fork()
        if pid == 0:
            try:
                log(EVENT)
            except ValueError:
                log.close()
                os._exit(7)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
        log(EVENT)
    assert (state(path).state, state(path).records) == ("intact", 3)


class _Struck(BaseException):
    """An interrupt."""


def test_an_interrupt_at_any_instruction_leaves_a_log_that_is_intact(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with AuditLog(path, key=KEY) as log:
        for place in range(1000):
            left = place

            def strike(frame: FrameType, event: str, argument: object) -> Any:
                nonlocal left
                if "/audit/" not in frame.f_code.co_filename:
                    return None
                frame.f_trace_opcodes = True
                if event == "opcode":
                    left -= 1
                    if left < 0:
                        raise _Struck
                return strike

            before = sys.gettrace()
            sys.settrace(strike)
            try:
                log(EVENT)
            except _Struck:
                pass
            finally:
                sys.settrace(before)
            if left >= 0:
                break
        else:
            raise AssertionError("an event takes more than 1000 instructions")
        log(EVENT)
    assert (state(path).state, types(path)[-2]) == ("intact", "display")


def test_a_copy_that_fails_makes_the_write_fail(tmp_path: Path) -> None:
    def copy(record: Record) -> None:
        if record.fields["type"] == "display":
            raise OSError("the other side is gone")

    path = tmp_path / "log"
    with AuditLog(path, key=KEY, copies=[copy]) as log, pytest.raises(OSError, match="the other side"):
        log(EVENT)
    assert (types(path), state(path).state) == (["audit.opened", "display", "audit.closed"], "intact")


def test_logging_gets_lines_and_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hardcell.audit")
    with AuditLog(copies=[Logging()]) as log:
        log(EVENT)
        log(Event("refused", "worker", 1.0, {"what": "a\nb\x1b[31m%s"}))
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO", "WARNING", "INFO"]
    assert '"what":"a\\nb\\u001b[31m%s"' in caplog.records[2].getMessage()


def test_syslog_over_a_local_socket_finds_a_daemon_that_restarted(tmp_path: Path) -> None:
    address = str(tmp_path / "socket")
    with pytest.raises(FileNotFoundError):
        Syslog(address)
    daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    daemon.bind(address)
    with AuditLog(copies=[Syslog(address)]) as log:
        assert b'"type":"audit.opened"' in daemon.recv(65536)
        daemon.close()
        with pytest.raises(OSError, match="refused"):
            log(EVENT)
        os.unlink(address)
        daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        daemon.bind(address)
        log(EVENT)
        assert b'"type":"display"' in daemon.recv(65536)
    assert b'"type":"audit.closed"' in daemon.recv(65536)
    daemon.close()


def test_a_syslog_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "my host")
    monkeypatch.setattr("os.getpid", lambda: 77)
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    syslog = Syslog(("127.0.0.1", receiver.getsockname()[1]), most_bytes=480)
    fields = {"session": 3, "type": "refused", "origin": 'w"]\\\n', "time": 1.5, "data": {}}
    syslog(Record(4, fields, "d" * 64, '{"n":4}'))
    element = r'[hardcell@32473 n="4" session="3" origin="w\"\]\\\\n" digest="' + "d" * 64 + '"]'
    assert receiver.recv(65536).decode() == (
        f'<84>1 1970-01-01T00:00:01.500000Z my_host hardcell 77 refused {element} {{"n":4}}'
    )
    syslog(Record(4, fields, "d" * 64, "x" * 481))
    message = receiver.recv(65536)
    assert b' cut="1"] ' in message and message.endswith(b" " + b"x" * 480)
    syslog.close()
    receiver.close()
