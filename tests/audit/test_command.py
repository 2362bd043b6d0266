"""``hardcell log verify``: what it says and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from executors.audit import AuditLog
from executors.cli import main
from sandbox.events import host_event

KEY = b"0123456789abcdef"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    with AuditLog(path, key=KEY) as opened:
        opened(host_event("display", text="\x1b[31m"))
    (tmp_path / "key").write_bytes(KEY + b"\n")
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    status = main(["log", "verify", *arguments])
    captured = capsys.readouterr()
    return status, (captured.out + captured.err).splitlines()


def test_an_intact_log(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = json.loads(log.read_text().splitlines()[-1])["digest"]
    expected = (0, ["intact", "3 records in 1 segments fit", f"head {head}"])
    assert told(capsys, str(log), "--key-file", str(log.parent / "key")) == expected
    assert told(capsys, str(log), "--key-file", str(log.parent / "key"), "--head", head) == expected


def test_a_changed_log(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_bytes(log.read_bytes().replace(b"[31m", b"[32m"))
    status, lines = told(capsys, str(log), "--key-file", str(log.parent / "key"))
    assert (status, lines[0]) == (
        1,
        "tampered at line 2: this record does not fit its digest: it was changed, or added",
    )


def test_a_log_that_was_not_closed(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:-1]))
    status, lines = told(capsys, str(log), "--key-file", str(log.parent / "key"))
    assert (status, lines[0]) == (1, "not closed at line 2: the log has no closing record")
    assert lines[2].startswith("its program ended without closing it, or the end was cut off")


def test_a_log_without_a_key_says_what_that_means(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    AuditLog(tmp_path / "log").close()
    status, lines = told(capsys, str(tmp_path / "log"))
    assert (status, lines[0]) == (0, "intact")
    assert lines[-1].startswith("without a key this finds accidents only")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{log}"], "the log is keyed: give its key"),
        (["{log}x"], "No such file or directory: {log}x"),
        (["{log}", "--key-file", "{log}x"], "No such file or directory: {log}x"),
        (["{log}", "--key-file", "/dev/null"], "the key of an audit log has at least 16 bytes, this one has 0"),
        (["{log}", "--key-file", "/dev/zero"], "--key-file /dev/zero: larger than 64 KiB, that is no key"),
    ],
)
def test_what_cannot_be_checked(
    log: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    filled = [argument.format(log=log) for argument in arguments]
    assert told(capsys, *filled) == (2, [message.format(log=log)])
