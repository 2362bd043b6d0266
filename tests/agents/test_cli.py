"""``hardcell agent`` as a program of its own (``python -m agents``): output, exit status, messages."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import agents.cli
from tests.agents.openai_server import KEY, completion, failure, serve

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _jail(require_isolation: Callable[[str], None]) -> None:
    require_isolation("L2")


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with nothing of this one's environment but PATH and HOME."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "agents", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "120", **environment},
    )


def transcript(path: Path, *answers: str) -> Path:
    """A transcript of these codes, one block each."""
    calls = [{"reply": {"content": f"So.\n```python\n{answer}\n```"}} for answer in answers]
    path.write_text(json.dumps({"transcript": 1, "model": "test", "calls": calls}))
    return path


def test_the_answer_alone_is_on_standard_output(tmp_path: Path) -> None:
    done = run("Add", "--model", f"replay:{transcript(tmp_path / 't.json', 'x = 40', 'final_answer(x + 2)')}")
    assert (done.returncode, done.stdout) == (0, "42\n")
    assert "step 1" in done.stderr
    assert "success: answered in step 2 (2 steps" in done.stderr


def test_json_is_one_object(tmp_path: Path) -> None:
    path = transcript(tmp_path / "t.json", "1 / 0", "final_answer({'a': [1]})")
    done = run("Go", "--model", f"replay:{path}", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert list(document) == ["output", "state", "reason", "usage", "steps"]
    assert (document["output"], document["state"]) == ({"a": [1]}, "success")
    first = document["steps"][0]
    assert first["code"] == "1 / 0"
    assert {key: first["error"][key] for key in ("kind", "type", "line", "recovery")} == {
        "kind": "guest",
        "type": "ZeroDivisionError",
        "line": 1,
        "recovery": "rewrite",
    }


def test_an_answer_with_control_characters_is_shown_escaped(tmp_path: Path) -> None:
    path = transcript(tmp_path / "t.json", "print('[bold]\\x1b[2J')", "final_answer('a\\x1b[31m[red]b')")
    done = run("Go", "--model", f"replay:{path}")
    assert done.stdout == "a\\x1b[31m[red]b\n"
    assert "[bold]\\x1b[2J" in done.stderr
    assert "\x1b" not in done.stderr


def test_tools_are_host_functions(tmp_path: Path) -> None:
    (tmp_path / "prices.py").write_text(
        'def price(item: str) -> float:\n    """The price of an item."""\n    return {"pear": 0.75}[item]\n'
    )
    path = transcript(tmp_path / "t.json", "final_answer(price('pear') * 2)")
    done = run("Go", "--model", f"replay:{path}", "--tools", "prices:price", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1.5\n")


def test_a_policy_file_is_used(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[policy]\nimports = ["math"]\n')
    path = transcript(tmp_path / "t.json", "import json", "final_answer('without')")
    done = run("Go", "--model", f"replay:{path}", "--policy", str(tmp_path / "p.toml"), "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["output"]) == (0, "without")
    assert document["steps"][0]["error"]["code"] == "HC201"


def test_steps_that_run_out_are_no_success(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    replies = ["```python\n1\n```", "It may be 1."]
    path.write_text("".join(json.dumps({"reply": {"content": text}}) + "\n" for text in replies))
    done = run("Go", "--model", f"replay:{path}", "--max-steps", "1")
    assert (done.returncode, done.stdout) == (1, "It may be 1.\n")
    assert "no final answer within 1 steps" in done.stderr


def test_a_model_over_the_wire(tmp_path: Path) -> None:
    with serve(completion("```python\nfinal_answer(7)\n```")) as endpoint:
        done = run("Go", "--model", "openai:m", "--api-base", endpoint.url, OPENAI_API_KEY=KEY)
    assert (done.returncode, done.stdout) == (0, "7\n")
    assert KEY not in done.stderr
    assert endpoint.requests[0]["messages"][1] == {"role": "user", "content": "Go"}


def test_a_failing_endpoint_is_a_plain_message() -> None:
    with serve(failure(400, "no such model")) as endpoint:
        done = run("Go", "--model", "openai:m", "--api-base", endpoint.url, OPENAI_API_KEY=KEY)
    assert done.returncode == 5
    assert done.stderr.startswith("hardcell agent: model 'm' at http://127.0.0.1:")
    assert "no such model" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        (["--model", "gpt"], 2, "--model 'gpt' is not openai:NAME or replay:FILE"),
        (["--model", "openai:m"], 2, "OpenAIModel needs a key: set OPENAI_API_KEY"),
        (["--model", "replay:/nowhere/t.json"], 2, "No such file or directory: '/nowhere/t.json'"),
        (["--model", "replay:README.md"], 5, "README.md is not a transcript"),
        (["--model", "replay:{t}", "--executor", "cloud"], 2, "unknown executor 'cloud'"),
        (["--model", "replay:{t}", "--executor", "e2b"], 5, "executor 'e2b' is not yet available"),
        (["--model", "replay:{t}", "--max-steps", "0"], 2, "max_steps must be between 1 and 1000, not 0"),
        (["--model", "replay:{t}", "--tools", "json"], 2, "--tools 'json' is not module:function"),
        (["--model", "replay:{t}", "--tools", "nowhere:f"], 2, "No module named 'nowhere'"),
        (["--model", "replay:{t}", "--tools", "json:f"], 2, "the module json has no 'f'"),
        (["--model", "replay:{t}", "--tools", "json:JSONDecoder"], 2, "is a class; pass an instance"),
        (["--model", "replay:{t}", "--policy", "{bad}"], 2, "bad.toml"),
        (["--model", "replay:{t}", "--min-isolation", "L9"], 2, "unknown isolation level 'L9'"),
        ([], 2, "--model"),
        (["--model", "replay:{t}", "--nothing"], 2, "--nothing"),
    ],
)
def test_bad_input_is_a_plain_message(arguments: list[str], status: int, named: str, tmp_path: Path) -> None:
    files: dict[str, Any] = {"t": transcript(tmp_path / "t.json", "1"), "bad": tmp_path / "bad.toml"}
    files["bad"].write_text("[policy\n")
    (tmp_path / "README.md").write_text("# Not a transcript\n")
    done = run("Go", *(argument.format(**files) for argument in arguments), cwd=tmp_path)
    assert done.returncode == status, done.stderr
    assert named in " ".join(done.stderr.split())
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_the_entry_point_names_the_command() -> None:
    project = tomllib.loads((ROOT / "agents" / "pyproject.toml").read_text())["project"]
    value = project["entry-points"]["hardcell.commands"]["agent"]
    entry = importlib.metadata.EntryPoint("agent", value, "hardcell.commands")
    assert entry.load() is agents.cli.agent


def test_hardcell_finds_the_command_by_its_entry_point(tmp_path: Path) -> None:
    """The metadata of the wheel beside the tree, so that nothing has to be installed for this test."""
    info = tmp_path / "hardcell_agents-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hardcell-agents\nVersion: 0\n")
    (info / "entry_points.txt").write_text("[hardcell.commands]\nagent = agents.cli:agent\n")
    path = transcript(tmp_path / "t.json", "final_answer(6 * 7)")
    program = "import sys; from executors.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, "agent", "Go", "--model", f"replay:{path}"],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
    )
    assert (done.returncode, done.stdout) == (0, "42\n"), done.stderr
