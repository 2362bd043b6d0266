"""Names and messages of strangers on lines of the ``hardcell`` command's own: none makes a line more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from executors import create_executor
from executors.cli import main, replay_command
from executors.recording import Difference, Recording

NAME, SHOWN = "a\nall 3 steps agree\t", "a\\nall 3 steps agree\\t"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize("command", [("run",), ("run", "--policy", NAME), ("replay",), ("log", "verify")])
def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    assert outcome(capsys, *command, NAME) == (2, "", f"No such file or directory: {SHOWN}\n")


def test_a_file_that_is_not_text(capsys: pytest.CaptureFixture[str]) -> None:
    Path(NAME).write_bytes(b"\xff")
    assert outcome(capsys, "run", NAME) == (2, "", f"{SHOWN} is not UTF-8 text: byte 0 is 0xff\n")
    for command in (("replay",), ("policy", "explain"), ("scan", "--policy", "strict")):
        status, out, err = outcome(capsys, *command, NAME)
        assert (status, out, err.count("\n")) == (2, "", 1)


def test_a_policy(capsys: pytest.CaptureFixture[str]) -> None:
    Path(NAME).write_text("[policy]\n", encoding="utf-8")
    assert outcome(capsys, "policy", "explain", NAME)[1].startswith(f"policy: {SHOWN}\n")


def test_a_file_of_the_guest(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.py").write_text("open('a\\nsaved b', 'w').close()", encoding="utf-8")
    assert outcome(capsys, "run", "--out", "o", "p.py") == (0, "", "saved o/a\\nsaved b\n")


def test_what_a_worker_says_of_a_replay(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with create_executor(record=Recording("r")) as executor:
        executor.run("1")
    found = Difference(1, "clock and random numbers: x\nall 3 steps agree", 1, 2)
    monkeypatch.setattr(replay_command, "play", lambda script, opened: found)
    status, out, _ = outcome(capsys, "replay", "r")
    assert status == 1
    assert out.splitlines() == [
        "step 1 differs, clock and random numbers: x\\nall 3 steps agree",
        "  recorded: 1",
        "  now:      2",
    ]


def test_a_pipe_in_the_file_system_is_no_program(capsys: pytest.CaptureFixture[str]) -> None:
    # A writer, so that nothing waits here should it be opened.
    os.mkfifo("fifo")
    writer = os.open("fifo", os.O_RDWR)
    os.write(writer, b"1")
    os.set_blocking(writer, False)
    assert outcome(capsys, "run", "fifo") == (2, "", "Not a regular file: fifo\n")
    os.close(writer)
    assert outcome(capsys, "run", ".") == (2, "", "Is a directory: .\n")
