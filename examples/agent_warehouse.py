"""A CodeAgent on a small task of several steps, from a transcript or with a model of your own.

    python examples/agent_warehouse.py                                       # the transcript; no key, no network
    python examples/agent_warehouse.py --model openai:NAME --api-base URL    # a real model
    python examples/agent_warehouse.py --record                              # the transcript anew, its answers kept

The transcript's answers were written for this example; its second step has a mistake, to show how an agent mends one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agents import (
    CodeAgent,
    ConsoleMonitor,
    Message,
    Model,
    RecordingModel,
    ReplayModel,
    Reply,
    RunResult,
    Step,
    TokenUsage,
    tool,
)
from agents.models.openai import OpenAIModel

TRANSCRIPT = Path(__file__).with_name("agent_transcript.json")
TASK = (
    "A customer in Lyon wants 40 pumps of 12.5 kg each. Which of the warehouses Ghent, Turin and Porto can send all of "
    "them at the lowest freight cost? Write the offers to offers.csv and answer with the warehouse and the cost."
)
_STOCK = {"Ghent": 25, "Turin": 64, "Porto": 110}
_PER_KG = {"Ghent": 0.62, "Turin": 0.48, "Porto": 0.91}


@tool
def stock(warehouse: str) -> int:
    """How many pumps a warehouse has.

    Args:
        warehouse: Ghent, Turin or Porto
    """
    return _STOCK[warehouse]


@tool
def freight(warehouse: str, city: str, weight_kg: float) -> dict[str, Any]:
    """The freight cost from a warehouse to a city.

    Args:
        warehouse: Ghent, Turin or Porto
        city: where to
        weight_kg: total weight in kg
    """
    return {"carrier": f"{warehouse} Cargo", "eur": round(35 + weight_kg * _PER_KG[warehouse], 2)}


def run(model: Model, on_step: Callable[[Step], None] | None = None) -> RunResult:
    """Let an agent with ``model`` do the task in the default executor."""
    with CodeAgent(model, [stock, freight], max_steps=8, on_step=on_step) as agent:
        return agent.run(TASK)


class _Answers(Model):
    """The answers of a transcript, whatever is asked: for recording it anew when observations have changed."""

    name = "example"

    def __init__(self, path: Path) -> None:
        self._replies = [call["reply"] for call in json.loads(path.read_text(encoding="utf-8"))["calls"]]

    def generate(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> Reply:
        """The next answer."""
        reply = self._replies.pop(0)
        return Reply(reply["content"], usage=TokenUsage(**reply["usage"], calls=1))


def _model(arguments: argparse.Namespace) -> Model:
    if arguments.record:
        return RecordingModel(_Answers(TRANSCRIPT), TRANSCRIPT)
    if arguments.model:
        return OpenAIModel(arguments.model.removeprefix("openai:"), arguments.api_base)
    return ReplayModel(TRANSCRIPT)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A CodeAgent on a small task of several steps.")
    parser.add_argument("--model", help="openai:NAME; without it the transcript answers")
    parser.add_argument("--api-base", help="URL of an OpenAI-compatible endpoint, ending in /v1")
    parser.add_argument("--record", action="store_true", help="write the transcript anew, its answers kept")
    monitor = ConsoleMonitor()
    result = run(_model(parser.parse_args()), monitor)
    monitor.ended(result)
    print(result.output)
