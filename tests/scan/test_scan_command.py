"""``hardcell scan``: what it prints and writes, and its exit status."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from executors.cli import main
from tests.scan.test_sarif import check

ROOT = Path(__file__).parents[2]
COMMAND = "import sys; from executors.cli import main; sys.exit(main())"
GOOD, BAD = "print(6 * 7)\n", "import socket\nx = 'é'.__class__.__subclasses__()\ndef f(): y.gi_frame\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.py").write_text(GOOD, encoding="utf-8")
    Path("bad.py").write_text(BAD, encoding="utf-8")


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["scan", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(capsys, "good.py", "good.py") == (0, "", "")


def test_all_refusals_are_told_in_the_order_of_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = outcome(capsys, "good.py", "bad.py")
    assert (status, err) == (3, "3 findings in 1 file\n")
    assert [line.split(":", 3)[:3] for line in out.splitlines()] == [
        ["bad.py", "1", "8"], ["bad.py", "2", "5"], ["bad.py", "3", "10"]
    ]  # fmt: skip
    assert out.splitlines()[0] == (
        "bad.py:1:8: HC201 import of 'socket': imports are an allow-list. Instead: use an allowed module, "
        "or ask for this one to be allowed (when this line is reached)"
    )
    assert out.splitlines()[1].startswith("bad.py:2:5: HC101 attribute '__subclasses__': ")


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x = (")))
    assert outcome(capsys, "-") == (3, "-:1:5: SyntaxError '(' was never closed\n", "1 finding in 1 file\n")


def test_policy_engine_and_tools(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.toml").write_text('[policy]\npreset = "strict"\nimports = ["csv"]\n', encoding="utf-8")
    Path("x.py").write_text("import csv, base64\nsearch = 1\nx.gi_frame\n", encoding="utf-8")
    for options, places in (
        (("--policy", "p.toml"), ["1:13:", "3:1:"]),
        (("--policy", "strict"), ["1:8:", "1:13:", "3:1:"]),
        (("--policy", "strict", "--allow", "csv,base64", "--tool", "search"), ["2:1:", "3:1:"]),
        (("--engine", "cpython", "--tool", "search"), ["2:1:"]),
    ):
        status, out, _ = outcome(capsys, *options, "x.py")
        assert (status, [line.split(" ")[0] for line in out.splitlines()]) == (3, [f"x.py:{each}" for each in places])


def test_json_and_sarif_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = outcome(capsys, "bad.py", "good.py", "--json", "o.json", "--sarif", "o.sarif")
    assert (status, len(out.splitlines())) == (3, 3)
    document = json.loads(Path("o.json").read_text())
    assert (document["version"], document["engine"], document["clean"]) == (1, "interpreter", False)
    assert [(each["path"], len(each["findings"]), each["more"]) for each in document["files"]] == [
        ("bad.py", 3, 0), ("good.py", 0, 0)
    ]  # fmt: skip
    first = document["files"][0]["findings"][0]
    assert (first["code"], first["when"], first["line"], first["column"]) == ("HC101", "before", 2, 5)
    assert first["instead"] == "use the public methods of the object"
    log = json.loads(Path("o.sarif").read_text())
    check(log)
    assert len(log["runs"][0]["results"]) == 3


def test_a_document_on_standard_output_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = outcome(capsys, "bad.py", "--sarif", "-")
    assert status == 3
    check(json.loads(out))
    assert json.loads(outcome(capsys, "good.py", "--json", "-")[1])["clean"] is True


def test_what_cannot_be_read_is_told_and_the_rest_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    Path("binary.py").write_bytes(b"x = '\xff'")
    with open("large.py", "wb") as file:
        os.truncate(file.fileno(), (16 << 20) + 1)
    status, out, err = outcome(capsys, "no.py", "binary.py", "large.py", ".", "bad.py", "--sarif", "o.sarif")
    assert status == 2
    assert len(out.splitlines()) == 3
    assert err.splitlines() == [
        "no.py: No such file or directory",
        "binary.py: binary.py is not UTF-8 text: byte 5 is 0xff",
        "large.py: large.py is larger than 16 MiB",
        ".: Is a directory",
        "3 findings in 1 file",
    ]
    log = json.loads(Path("o.sarif").read_text())
    check(log)
    assert len(log["runs"][0]["invocations"][0]["toolExecutionNotifications"]) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("good.py", "--engine", "steam"), "unknown engine 'steam'"),
        (("good.py", "--policy", "none.toml"), "neither a file nor a preset"),
        (("good.py", "--allow", "no_such_facade"), "no reviewed facade"),
        (("good.py", "--tool", "a b"), "a b"),
        (("good.py", "--json", "-", "--sarif", "-"), "name - once"),
        (("-", "-"), "name - once"),
        (("bad.py", "--sarif", "no/where"), "No such file or directory: no/where"),
        (("bad.py", "--json", "o.json", "--sarif", "."), "Is a directory: ."),
        ((), "FILE"),
    ],
)
def test_wrong_commands_are_plain_messages(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    before = sorted(Path().iterdir())
    status, out, err = outcome(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert sorted(Path().iterdir()) == before


def test_names_of_a_program_reach_the_terminal_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a\x1b[31m.py").write_text("from os import *", encoding="utf-8")
    status, out, _ = outcome(capsys, "a\x1b[31m.py")
    assert status == 3
    assert out.startswith("a\\x1b[31m.py:1:1: HC203 ")


def test_names_that_are_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    names = [os.fsdecode(name) for name in (b"b\xff.py", b"sub\xfe/c.py", b"gone\xfd.py")]
    Path(names[1]).parent.mkdir()
    for name in names[:2]:
        Path(name).write_text("x.gi_frame", encoding="utf-8")
    names.append(os.fsdecode(b"binary\xfc.py"))
    Path(names[-1]).write_bytes(b"\xff")
    status, out, err = outcome(capsys, "bad.py", *names, "--sarif", "o.sarif", "--json", "o.json")
    assert status == 2
    assert [line.split(" ")[0] for line in out.splitlines()[3:]] == ["b\\udcff.py:1:1:", "sub\\udcfe/c.py:1:1:"]
    assert err.startswith("gone\\udcfd.py: No such file or directory\n")
    # As strict readers of JSON want it: no lone surrogates.
    log = json.loads(Path("o.sarif").read_text())
    json.dumps(log, ensure_ascii=False).encode("utf-8")
    check(log)
    places = [each["location"]["uri"] for each in log["runs"][0]["artifacts"]]
    assert places == ["bad.py", "b%FF.py", "sub%FE/c.py", "gone%FD.py", "binary%FC.py"]
    document = json.loads(Path("o.json").read_text())
    json.dumps(document, ensure_ascii=False).encode("utf-8")
    assert [each["path"] for each in document["files"]][1:3] == ["b\\udcff.py", "sub\\udcfe/c.py"]


def test_a_name_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    forged = "a.py\n0 findings\tin\r1 file\u2028.py"
    Path(forged).write_text("x.gi_frame", encoding="utf-8")
    Path(f"{forged}2").write_bytes(b"\xff")
    status, out, err = outcome(capsys, forged, f"{forged}2", f"{forged}3")
    shown = "a.py\\n0 findings\\tin\\r1 file\\u2028.py"
    assert (status, out.count("\n")) == (2, 1)
    assert out.startswith(f"{shown}:1:1: HC101 ")
    assert err.splitlines() == [
        f"{shown}2: {shown}2 is not UTF-8 text: byte 0 is 0xff",
        f"{shown}3: No such file or directory",
        "1 finding in 1 file",
    ]


def process(*arguments: str, **given: Any) -> tuple[int, str, str]:
    """The command as a process: its standard input is another, or it might wait without end."""
    command = [sys.executable, "-c", COMMAND, "scan", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, **given
    )
    return done.returncode, done.stdout, done.stderr


def test_what_is_no_regular_file_is_not_waited_for() -> None:
    os.mkfifo("fifo.py")
    Path("link.py").symlink_to("fifo.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        status, out, err = process("fifo.py", "link.py", "socket.py", "/dev/zero", "bad.py")
    assert (status, len(out.splitlines())) == (2, 3)
    assert err.splitlines() == [
        "fifo.py: Not a regular file",
        "link.py: Not a regular file",
        "socket.py: No such device or address",
        "/dev/zero: Not a regular file",
        "3 findings in 1 file",
    ]


@pytest.mark.parametrize("name", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "-", "link"])
def test_what_a_shell_has_opened_is_read(name: str) -> None:
    Path("link").symlink_to("/dev/stdin")
    with Path("bad.py").open("rb") as file:
        from_file = process(name, stdin=file)
    for status, out, err in (from_file, process(name, input=BAD)):
        assert (status, len(out.splitlines()), err) == (3, 3, "3 findings in 1 file\n")


def test_a_named_pipe_that_a_shell_has_opened_is_read() -> None:
    os.mkfifo("fifo")
    with subprocess.Popen("cat bad.py > fifo", shell=True), Path("fifo").open("rb") as pipe:
        assert process("/dev/stdin", stdin=pipe)[0] == 3


def test_a_process_substitution_is_read() -> None:
    # The program arrives when its reader has been waiting for a while.
    text = f"{sys.executable} -c '{COMMAND}' scan <(sleep 1; cat bad.py) <(cat good.py)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", text], capture_output=True, env=environment, timeout=60)
    assert (done.returncode, done.stderr) == (3, b"3 findings in 1 file\n")
