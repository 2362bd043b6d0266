"""The ``hardcell`` command, as a process: what it prints, where, and its exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from executors.cli import main
from executors.cli.run_command import document
from executors.cli.terminal import escape
from sandbox.result import Result
from sandbox.values import Opaque

ROOT = Path(__file__).resolve().parents[1]
Command = Callable[..., subprocess.CompletedProcess[str]]
KEYS = [
    "value", "value_repr", "stdout", "stderr", "error", "is_final_answer", "variables", "artifacts", "state", "usage",
    "isolation", "events",
]  # fmt: skip


@pytest.fixture
def hardcell(tmp_path: Path) -> Command:
    """Runs the command in an empty directory."""

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "import sys; from executors.cli import main; sys.exit(main())", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            timeout=60,
        )

    return run


def outcome(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("print(6*7)", "42\n"),
        ("6*7", "42\n"),
        ("print('a', end='')\n'b'", "a\n'b'\n"),
        ("x = 1", ""),
        ("None", ""),
        ("final_answer([1])", "[1]\n"),
        ("print(chr(27) + '[31mred', '[bold]x[/bold]')", "\\x1b[31mred [bold]x[/bold]\n"),
        ("chr(0x202e) + chr(0xd800)", "'\\u202e\\ud800'\n"),
        ("print(chr(0x202e) + chr(13) + chr(233))", "\\u202e\\ré\n"),
    ],
)
def test_prints_output_then_value(hardcell: Command, source: str, printed: str) -> None:
    assert outcome(hardcell("run", "-", stdin=source)) == (0, printed, "")


def test_runs_a_file(hardcell: Command, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("print('é')\n", encoding="utf-8")
    assert outcome(hardcell("run", "program.py")) == (0, "é\n", "")


@pytest.mark.parametrize(
    ("source", "options", "status", "message"),
    [
        ("1/0", [], 1, "ZeroDivisionError: division by zero"),
        ("x = (", [], 1, "SyntaxError"),
        ("raise SystemExit(7)", [], 1, "SystemExit"),
        ("import socket", [], 3, "[HC201]"),
        ("while True: pass", ["--timeout", "0.5"], 4, "[HC601]"),
        ("x = []\nwhile True: x.append('a' * 1000000)", ["--memory", "64"], 4, "[HC603]"),
        ("print('x' * 3000000)", [], 4, "[HC604]"),
        ("import os\nos.abort()", ["--engine", "cpython"], 5, "WorkerCrashed"),
        ("1", ["--executor", "e2b"], 5, "e2b"),
        ("1", ["--executor", "nowhere"], 2, "unknown executor 'nowhere'"),
        ("1", ["--engine", "steam"], 2, "unknown engine 'steam'"),
        ("1", ["--allow", "no_such_facade"], 2, 'engine="cpython"'),
        ("1", ["--allow", "a b"], 2, "is not an import pattern"),
        ("1", ["--timeout", "0"], 2, "limits.wall_s must be more than 0"),
        ("1", ["--timeout", "soon"], 2, "valid number"),
        ("1", ["--memory", "-5"], 2, "limits.memory_mb must be between"),
        ("1", ["--min-isolation", "L9"], 2, "unknown isolation level 'L9'"),
        ("1", ["--policy", "missing.toml"], 2, "missing.toml"),
        ("1", ["--var", "x"], 2, "--var 'x' is not name=json"),
        ("1", ["--var", "x=text"], 2, "is not JSON"),
        ("1", ["--var", "a b=1"], 2, "'a b' cannot be the name of a variable"),
        ("1", ["--var", "final_answer=1"], 2, "'final_answer' is the name of a tool"),
        ("1", ["--file", "missing.csv"], 2, "--file missing.csv: there is no such file"),
        ("1", ["--nonsense"], 2, "--nonsense"),
    ],
)
def test_failures_are_plain_messages(
    hardcell: Command, source: str, options: list[str], status: int, message: str
) -> None:
    done = hardcell("run", *options, "-", stdin=source)
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert 'File "/' not in done.stderr and str(ROOT) not in done.stderr


def test_missing_program(hardcell: Command) -> None:
    assert outcome(hardcell("run", "nothing.py")) == (2, "", "No such file or directory: nothing.py\n")


def test_program_that_is_not_text(hardcell: Command, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_bytes(b"x = '\xff'")
    assert outcome(hardcell("run", "p.py")) == (2, "", "p.py is not UTF-8 text: byte 5 is 0xff\n")


def test_guest_error_shows_line_and_caret(hardcell: Command) -> None:
    done = hardcell("run", "-", stdin="x = 1\ny = x / 0\n")
    assert "line 2" in done.stderr and "^" in done.stderr
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_policy_file(hardcell: Command, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("[policy]\npreset = 'strict'\n[limits]\nops = 5000\n")
    assert hardcell("run", "--policy", "p.toml", "-", stdin="import os").returncode == 3
    assert hardcell("run", "--policy", "p.toml", "--allow", "os,csv", "-", stdin="import os, csv").returncode == 0
    assert "[HC605]" in hardcell("run", "--policy", "p.toml", "-", stdin="while True: pass").stderr


def test_malformed_policy_file(hardcell: Command, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("[limits]\nwall_s = 'soon'\n")
    done = hardcell("run", "--policy", "p.toml", "-", stdin="1")
    assert outcome(done) == (2, "", "p.toml:2: limits.wall_s must be a number of seconds, not str\n")


def test_variables_and_files_in_and_out(hardcell: Command, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("a,1\n")
    source = "import os\nos.makedirs('sub')\nopen('sub/copy.csv', 'w').write(open('sales.csv').read() * n)\nrow['k']"
    done = hardcell(
        "run",
        "--var",
        "n=2",
        "--var",
        'row={"k": [1, null]}',
        "--file",
        "sales.csv",
        "--out",
        "results",
        "-",
        stdin=source,
    )
    assert outcome(done) == (0, "[1, None]\n", "saved results/sub/copy.csv\n")
    assert (tmp_path / "results" / "sub" / "copy.csv").read_text() == "a,1\na,1\n"
    assert sorted(path.name for path in (tmp_path / "results").rglob("*")) == ["copy.csv", "sub"]


def test_two_inputs_of_one_name(hardcell: Command, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    for path in ("a.txt", "d/a.txt"):
        (tmp_path / path).write_text("x")
    done = hardcell("run", "--file", "a.txt", "--file", "d/a.txt", "-", stdin="1")
    assert outcome(done) == (2, "", "--file d/a.txt: a.txt has the same name in /cell\n")


def test_artifacts_replace_nothing(hardcell: Command, tmp_path: Path) -> None:
    out = tmp_path / "results"
    out.mkdir()
    (out / "b.txt").write_text("mine")
    source = "for n in ('a.txt', 'b.txt'):\n    with open(n, 'w') as f:\n        f.write('theirs')"
    done = hardcell("run", "--out", "results", "-", stdin=source)
    assert done.returncode == 2
    assert done.stderr == (
        "--out: results/b.txt exists with other content; choose another directory. Nothing was saved\n"
    )
    assert [path.name for path in out.iterdir()] == ["b.txt"] and (out / "b.txt").read_text() == "mine"


def test_artifacts_of_the_same_content_may_be_saved_again(hardcell: Command, tmp_path: Path) -> None:
    source = "with open('a.txt', 'w') as f:\n    f.write('x')"
    for _ in range(2):
        assert outcome(hardcell("run", "--out", "results", "-", stdin=source)) == (0, "", "saved results/a.txt\n")


def test_artifacts_do_not_follow_links(hardcell: Command, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "results" / "sub").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "results" / "a.txt").symlink_to(tmp_path / "elsewhere" / "new")
    for source in ("import os\nos.makedirs('sub')\nopen('sub/x', 'w').write('x')", "open('a.txt', 'w').write('x')"):
        done = hardcell("run", "--out", "results", "-", stdin=source)
        assert done.returncode == 2 and "othing was saved" in done.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


def parsed(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.stdout.count("\n") == 1 and done.stdout.isascii() and done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    assert list(found) == KEYS
    return found


def test_json_of_a_value(hardcell: Command) -> None:
    source = "print('\\x1b[1m')\nopen('a.txt', 'w').write('x')\nrows = [(1, 2)]\n{'r': rows, 'big': 2**70}"
    done = hardcell("run", "--json", "-", stdin=source)
    found = parsed(done)
    assert done.returncode == 0
    assert found["value"] == {"r": [{"$": "tuple", "v": [1, 2]}], "big": {"$": "int", "v": "400000000000000000"}}
    assert found["value_repr"] == "{'r': [(1, 2)], 'big': 1180591620717411303424}"
    assert (found["stdout"], found["error"], found["is_final_answer"]) == ("\x1b[1m\n", None, False)
    assert found["variables"] == [{"name": "rows", "type": "list", "repr": "[(1, 2)]"}]
    assert [(artifact["name"], artifact["size"]) for artifact in found["artifacts"]] == [("a.txt", 1)]
    assert set(found["artifacts"][0]) == {"name", "media_type", "size", "digest"}
    assert found["state"] == "kept" and found["isolation"]["kind"] == "process"
    assert [event["type"] for event in found["events"]] == ["session.started", "run.started", "run.ended"]


def test_json_of_an_error(hardcell: Command) -> None:
    done = hardcell("run", "--json", "-", stdin="x = 1\nimport socket")
    error = parsed(done)["error"]
    assert done.returncode == 3
    assert list(error) == ["kind", "type", "code", "message", "line", "column", "recovery"]
    assert (error["kind"], error["code"], error["line"], error["recovery"]) == ("policy", "HC201", 2, "rewrite")


def test_json_of_a_final_answer(hardcell: Command) -> None:
    found = parsed(hardcell("run", "--json", "-", stdin="final_answer('x')"))
    assert (found["value"], found["is_final_answer"]) == ("x", True)


def test_json_of_a_value_that_cannot_travel() -> None:
    found = document(Result(value=Opaque("function", "<function f>", "value", "why")))
    assert found["value"] == {"$": "opaque", "t": "function", "r": "<function f>", "p": "value", "w": "why"}


@pytest.mark.parametrize("preset", ["strict", "standard", "data_science"])
def test_policy_explain_preset(hardcell: Command, preset: str) -> None:
    done = hardcell("policy", "explain", preset)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith(f"policy: {preset}\nWhat is not listed is refused.\n")
    assert ("files: none" in done.stdout) == (preset == "strict")
    assert "wall_s = 30 seconds" in done.stdout


def test_policy_explain_file(hardcell: Command, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("[policy]\nimports = ['json']\nfiles = false\n[limits]\nmemory_mb = 2048\n")
    done = hardcell("policy", "explain", "p.toml")
    assert "imports (1):\n  json\nfiles: none\n" in done.stdout
    assert "memory_mb = 2 048 MB" in done.stdout


def test_policy_explain_of_nothing(hardcell: Command) -> None:
    done = hardcell("policy", "explain", "lax")
    assert outcome(done) == (
        2, "", "'lax' is neither a file nor a preset; the presets are strict, standard, data_science\n"
    )  # fmt: skip


def test_agent_command_without_its_package(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import importlib.metadata

    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **kwargs: importlib.metadata.EntryPoints(()))
    assert main(["agent", "task"]) == 2
    assert capsys.readouterr().err == "hardcell agent is in another package. Install it: pip install hardcell-agents\n"


def test_help_lists_the_commands(hardcell: Command) -> None:
    done = hardcell("--help")
    assert done.returncode == 0
    for command in ("run", "doctor", "policy"):
        assert f"  {command} " in done.stdout


def test_unknown_command(hardcell: Command) -> None:
    done = hardcell("fly")
    assert done.returncode == 2 and "No such command 'fly'" in done.stderr


def test_reader_that_goes_away(tmp_path: Path) -> None:
    program = "for i in range(60000): print('line', i)"
    command = f"{sys.executable} -c 'import sys; from executors.cli import main; sys.exit(main())' run - | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        input=program,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("line 0\n", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [red]text[/red]\n\ttab", "plain [red]text[/red]\n\ttab"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\rb\x00\x7f\x9b", "a\\rb\\x00\\x7f\\x9b"),
        ("é 中 \U0001f600\xa0", "é 中 \U0001f600\xa0"),
        ("\u202e\u2066\u200b\u2028\ud800\ue000", "\\u202e\\u2066\\u200b\\u2028\\ud800\\ue000"),
    ],
)
def test_escape(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_output_is_shown_while_the_program_runs_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; from executors.cli import main; sys.exit(main())", "run", "-"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write(b"print('be\\x1bgun')\nwhile True: pass")
        process.stdin.close()
        assert process.stdout.readline() == b"be\\x1bgun\n"
        process.send_signal(signal.SIGINT)
        assert (process.stdout.read(), process.stderr.read(), process.wait()) == (b"", b"interrupted\n", 130)


def test_a_recorded_run_is_replayed(hardcell: Command, tmp_path: Path) -> None:
    source = "import time, random\nprint(time.time(), random.random())\nfinal_answer(6 * 7)"
    done = hardcell("run", "--record", "session.jsonl", "-", stdin=source)
    assert (done.returncode, done.stderr) == (0, "")
    assert outcome(hardcell("replay", "session.jsonl")) == (0, "1 step agrees\n", "")
    assert outcome(hardcell("replay", "--engine", "cpython", "session.jsonl")) == (0, "1 step agrees\n", "")
    again = hardcell("run", "--record", "session.jsonl", "-", stdin=source)
    assert (again.returncode, again.stdout) == (2, "")
    assert "session.jsonl" in again.stderr


def test_the_first_step_that_differs_is_told(hardcell: Command, tmp_path: Path) -> None:
    source = "import sys\n'sandbox.worker' in sys.modules"
    assert hardcell("run", "--record", "session.jsonl", "--engine", "cpython", "-", stdin=source).returncode == 0
    status, printed, failed = outcome(hardcell("replay", "--engine", "interpreter", "session.jsonl"))
    assert (status, failed) == (1, "")
    assert printed.startswith(
        "step 1 differs, run 1, error\n  recorded: 'none'\n  now:      'PolicyViolation: sys.modules"
    )


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["missing.jsonl"], 2, "missing.jsonl"),
        (["text.txt"], 2, "line 1: no whole line of JSON"),
        (["cut.jsonl"], 2, "ends without its closing line"),
        (["later.jsonl"], 2, "the recording has format 9; this hardcell reads format 1"),
        (["whole.jsonl", "--executor", "e2b"], 5, "e2b"),
        (["whole.jsonl", "--engine", "steam"], 2, "unknown engine 'steam'"),
        (["whole.jsonl", "--min-isolation", "L9"], 2, "unknown isolation level 'L9'"),
    ],
)
def test_what_cannot_be_replayed_is_told(
    hardcell: Command, tmp_path: Path, arguments: list[str], status: int, message: str
) -> None:
    hardcell("run", "--record", "whole.jsonl", "-", stdin="1")
    rows = (tmp_path / "whole.jsonl").read_text(encoding="ascii").splitlines(keepends=True)
    (tmp_path / "text.txt").write_text("print(1)", encoding="ascii")
    (tmp_path / "cut.jsonl").write_text("".join(rows[:-1]), encoding="ascii")
    (tmp_path / "later.jsonl").write_text("".join(rows).replace('"format":1', '"format":9'), encoding="ascii")
    done = hardcell("replay", *arguments)
    assert done.returncode == status, done.stderr
    assert message in done.stderr
