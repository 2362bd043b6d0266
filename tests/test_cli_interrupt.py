"""Ctrl-C in ``hardcell run --json``: what was run so far is told all the same."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from executors import Executor, create_executor
from executors.cli import main, run_command


def struck(monkeypatch: pytest.MonkeyPatch, *, before: bool) -> None:
    """Ctrl-C comes before the run, or with the first output of the guest."""

    def create(*arguments: Any, **options: Any) -> Executor:
        opened = create_executor(*arguments, **options)
        run = opened.run

        def interrupted(code: str, *, on_output: object = None) -> Any:
            if before:
                raise KeyboardInterrupt
            return run(code, on_output=lambda name, text: os.kill(os.getpid(), signal.SIGINT))

        monkeypatch.setattr(opened, "run", interrupted)
        return opened

    monkeypatch.setattr(run_command, "create_executor", create)


def test_the_result_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.py").write_text("n = 1\nprint('begun', flush=True)\nwhile True: pass", encoding="utf-8")
    struck(monkeypatch, before=False)
    assert main(["run", "--json", "p.py"]) == 130
    captured = capsys.readouterr()
    assert captured.err == "interrupted\n"
    document = json.loads(captured.out)
    assert (document["stdout"], document["error"]["message"]) == ("begun\n", "the run was interrupted")


def test_there_is_no_result_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.py").write_text("1", encoding="utf-8")
    struck(monkeypatch, before=True)
    assert main(["run", "--json", str(tmp_path / "p.py")]) == 130
    assert capsys.readouterr() == ("", "interrupted\n")
