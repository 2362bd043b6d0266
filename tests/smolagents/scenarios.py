"""Runs every scenario with the real smolagents package, in its own environment: ``python scenarios.py OPTIONS``.

OPTIONS are JSON for ``create_executor``. Prints one JSON object: for each scenario its output, state and observations.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import smolagents
from smolagents import tool
from smolagents.models import ChatMessage, MessageRole

from executors import create_executor

SCENARIOS: dict[str, list[str]] = {
    "answer": ["x = 6\nprint('seen')\nx * 7", "final_answer(x * 7)"],
    "plain_data": ["final_answer({'rows': [1, 2.5, None], 'ok': True})"],
    "guest_error": ["kept = 5\nprint('before')\nkept / 0", "final_answer(kept)"],
    "refused_import": ["import requests", "final_answer('done without')"],
    "tool": ["t = lookup(city='Rome')\nprint(t)", "final_answer(lookup('Rome')['people'] + count())"],
    "tool_error": ["lookup(3)", "final_answer('mended')"],
    "variables": ["final_answer(sum(numbers))"],
    "final_answer_assigned": ["final_answer = 41 + 1"],
    "final_answer_in_try": [
        "try:\n    final_answer(1)\nexcept BaseException:\n    final_answer(2)\nfinally:\n    x = 3"
    ],
    "steps_run_out": ["1", "2", "3"],
}


class ScriptedModel(smolagents.Model):
    """Says what it is told to."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(model_id="scripted")
        self.codes = list(codes)

    def generate(self, messages: Any, **options: Any) -> ChatMessage:
        code = self.codes.pop(0) if self.codes else "pass"
        return ChatMessage(role=MessageRole.ASSISTANT, content=f"Thought: go on.\n<code>\n{code}\n</code>")


@tool
def lookup(city: str) -> dict:
    """People in a city.

    Args:
        city: its name
    """
    return {"people": 2024 * len(city)}


class Count(smolagents.Tool):
    """A tool with state that stays on the host."""

    name = "count"
    description = "Counts its calls."
    inputs: dict = {}
    output_type = "integer"
    calls = 0

    def forward(self) -> int:
        self.calls += 1
        return self.calls


def play(name: str, options: dict[str, Any]) -> dict[str, Any]:
    count = Count()
    executor = create_executor("local", **options)
    agent = smolagents.CodeAgent(
        tools=[lookup, count],
        model=ScriptedModel(SCENARIOS[name]),
        executor=executor,
        max_steps=3,
        verbosity_level=smolagents.LogLevel.OFF,
    )
    extra = {"numbers": [1, 2, 3]} if name == "variables" else None
    result = agent.run("Do it", additional_args=extra, return_full_result=True)
    steps = [step for step in agent.memory.steps if isinstance(step, smolagents.ActionStep)]
    document = {
        "version": smolagents.__version__,
        "output": result.output,
        "state": result.state,
        "errors": [str(step.error.message) if step.error else None for step in steps],
        "observations": [step.observations for step in steps],
        "host_calls": count.calls,
        "logs": executor.state["_print_outputs"],
    }
    agent.cleanup()
    try:
        executor.run("1")
    except Exception as error:
        document["after_cleanup"] = type(error).__name__
    return document


if __name__ == "__main__":
    print(json.dumps({name: play(name, json.loads(sys.argv[1])) for name in SCENARIOS}))
