"""ConsoleMonitor shows steps, and obeys nothing that it shows."""

from __future__ import annotations

import io

from rich.console import Console

from agents import CodeAgent, ConsoleMonitor, ToolCallingAgent
from agents.models.base import TokenUsage
from tests.agents.scripted import ExecDouble, ScriptedModel, calls, code


def monitor() -> tuple[ConsoleMonitor, io.StringIO]:
    """A monitor and what it writes, without colours."""
    written = io.StringIO()
    return ConsoleMonitor(Console(file=written, width=100, color_system=None)), written


def test_thought_code_observation_and_answer_are_shown() -> None:
    show, written = monitor()
    model = ScriptedModel(code("print('[red]x[/red]\\x1b[2J')"), code("final_answer('[b]')"))
    show.ended(CodeAgent(model, executor=ExecDouble(), on_step=show).run("Go"))
    text = written.getvalue()
    assert "│ I will run this." in text
    assert "│ | [red]x[/red]\\x1b[2J" in text
    assert "│ final answer: '[b]'" in text
    assert "success: answered in step 2 (2 steps, 20 + 10 tokens)" in text
    assert "\x1b" not in text
    assert show.usage == TokenUsage(20, 10, 2)


def test_native_calls_are_shown() -> None:
    show, written = monitor()
    ToolCallingAgent(ScriptedModel(calls(("final_answer", '{"answer": "[i]"}'))), on_step=show).run("Go")
    assert '│ final_answer {"answer": "[i]"}' in written.getvalue()


def test_long_text_is_cut() -> None:
    show, written = monitor()
    CodeAgent(ScriptedModel(code("final_answer('y' * 10**6)")), executor=ExecDouble(), on_step=show).run("Go")
    assert "characters left out" in written.getvalue()
    assert len(written.getvalue()) < 10_000
