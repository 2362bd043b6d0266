"""The step loop that every agent shares: ask the model, act on its reply, remember, until an answer or the end.

Invariants: at most ``max_steps`` acts and one last question a run; an error that a person must settle ends the run
unless ``on_ask`` settles it; whatever a reply causes becomes an observation, never an exception of the loop.
"""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from sandbox.errors import RunError

from .memory import Memory, Step
from .models.base import Message, Model, Reply, TokenUsage
from .observation import inline
from .prompts.tools import LAST_CALL
from .tools.base import ToolSpec
from .tools.decorator import tool_specs

RunState = Literal["success", "max_steps", "stopped"]
StepHook = Callable[[Step], None]
AskHook = Callable[[RunError], str | None]
MAX_STEPS = 1_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunResult:
    """How a run of an agent ended.

    ``state``: ``success`` (``output`` is the final answer), ``max_steps`` (``output`` is the model's last word, as
    text), ``stopped`` (a person has to decide; ``output`` is None). ``reason`` says it in words.
    """

    output: Any
    state: RunState
    reason: str
    steps: tuple[Step, ...]
    usage: TokenUsage


class Agent(abc.ABC):
    """A model, its tools, and a memory.

    ``on_step`` sees each finished step. ``on_ask`` is given an error whose recovery is "ask" or "escalate"; the text
    it returns is passed to the model and the run goes on, None ends it.

    Raises:
        TypeError, ValueError: something that is not a model or a tool, tools of one name, an impossible max_steps.
    """

    def __init__(
        self,
        model: Model,
        tools: Iterable[object] = (),
        *,
        max_steps: int = 20,
        instructions: str = "",
        on_step: StepHook | None = None,
        on_ask: AskHook | None = None,
    ) -> None:
        if not callable(getattr(model, "generate", None)):
            raise TypeError(f"model must be a Model such as OpenAIModel('name'), not {type(model).__name__}")
        if isinstance(max_steps, bool) or not isinstance(max_steps, int):
            raise TypeError(f"max_steps must be an integer, not {type(max_steps).__name__}")
        if not 1 <= max_steps <= MAX_STEPS:
            raise ValueError(f"max_steps must be between 1 and {MAX_STEPS}, not {max_steps}")
        self.model = model
        self.tools: tuple[ToolSpec, ...] = tool_specs(tools)
        self.max_steps = max_steps
        self.instructions = instructions
        self.memory = Memory()
        self._on_step = on_step
        self._on_ask = on_ask

    def run(self, task: str, *, reset: bool = True) -> RunResult:
        """Work on ``task``. ``reset=False`` goes on in the conversation there is.

        Raises:
            TypeError, ValueError: the task is not text, or empty.
            ModelError: the model gave no answer; ``memory`` keeps the steps so far.
            BackendUnavailable: the executor cannot be had.
        """
        if not isinstance(task, str):
            raise TypeError(f"the task must be str, not {type(task).__name__}")
        if not task.strip():
            raise ValueError("the task is empty")
        if reset:
            self.memory.clear()
        self.memory.system = self._prepare()
        first = len(self.memory.steps)
        self.memory.begin(task)
        for number in range(1, self.max_steps + 1):
            step = self._act(number, self.model.generate(self.memory.messages(), self._functions()))
            error = step.error
            needs_person = error is not None and not step.is_final and error.recovery in ("ask", "escalate")
            advice = self._on_ask(error) if error is not None and needs_person and self._on_ask is not None else None
            if advice is not None:
                step = dataclasses.replace(step, observations=(*step.observations, Message("user", advice)))
            self._remember(step)
            if step.is_final:
                return self._ended(first, "success", f"answered in step {number}", step.output)
            if error is not None and needs_person and advice is None:
                return self._ended(first, "stopped", _why(number, error))
        return self._last_call(first)

    @abc.abstractmethod
    def _prepare(self) -> str:
        """Make ready for a run and give the system prompt."""

    @abc.abstractmethod
    def _functions(self) -> Sequence[Mapping[str, Any]]:
        """The tools that the model may call natively."""

    @abc.abstractmethod
    def _act(self, number: int, reply: Reply) -> Step:
        """Do what the reply asks for."""

    def _remember(self, step: Step) -> None:
        self.memory.steps.append(step)
        if self._on_step is not None:
            self._on_step(step)

    def _last_call(self, first: int) -> RunResult:
        """No step is left: one question more, for an answer in words."""
        self.memory.begin(LAST_CALL.format(steps=self.max_steps))
        reply = self.model.generate(self.memory.messages())
        # Calls in this reply are not acted on, so they must not stay in the conversation unanswered.
        self._remember(Step(number=self.max_steps + 1, reply=dataclasses.replace(reply, tool_calls=())))
        reason = f"no final answer within {self.max_steps} steps; the output is the model's last word"
        return self._ended(first, "max_steps", reason, reply.content.strip() or None)

    def _ended(self, first: int, state: RunState, reason: str, output: Any = None) -> RunResult:
        steps = tuple(self.memory.steps[first:])
        usage = sum((step.reply.usage for step in steps), TokenUsage())
        return RunResult(output=output, state=state, reason=reason, steps=steps, usage=usage)


def do_without(error: RunError) -> str:
    """An ``on_ask`` hook for unattended runs: nothing is ever granted, and the model is told to find another way."""
    return "This is not granted and will not be. Do without it: solve the task another way, or answer what you can."


def _why(number: int, error: RunError) -> str:
    who = "needs a person's approval" if error.recovery == "ask" else "needs a person to look into it"
    return f"step {number} {who}: {inline(str(error), 500)}"
