"""An agent that acts by the model's native tool calls; nothing it does runs in a sandbox but what its tools run there.

Invariants: arguments are checked before anything else, the decision hook is asked before each call, and the event of
the decision precedes the act; calls of one reply run in order, one at a time; each call gets exactly one answer, and a
late one is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from executors.decisions import denied
from sandbox.errors import PolicyViolation
from sandbox.events import Event, host_event
from sandbox.limits import Limits
from sandbox.policy import Policy, Request

from .loop import Agent, AskHook, StepHook
from .memory import Step
from .models.base import Message, Model, Reply, ToolCall
from .observation import inline, quote, render_value
from .prompts import tools as prompt
from .tools.base import ToolSpec
from .tools.schema import Parameters

MAX_CALLS = 32
FINAL_ANSWER = "final_answer"


def _final_answer(answer: Any) -> Any:
    return answer


_FINAL = ToolSpec(
    FINAL_ANSWER,
    "Ends the task with this answer.",
    Parameters(_final_answer, FINAL_ANSWER, {"answer": "the answer: text, a number, or any JSON data"}),
    _final_answer,
    _final_answer,
)


class ToolCallingAgent(Agent):
    """Calls tools until it calls ``final_answer``, or answers in words without a call, which ends its turn as well.

    Of ``policy`` its ``decide`` and ``expose_errors`` count here, of ``limits`` its ``tool_wall_s``: what a tool or a
    decision comes to later than that is dropped. ``on_event`` gets decisions and calls as they happen.

    Raises:
        TypeError, ValueError: as ``Agent``.
    """

    def __init__(
        self,
        model: Model,
        tools: Iterable[object] = (),
        *,
        policy: Policy | None = None,
        limits: Limits | None = None,
        max_steps: int = 20,
        instructions: str = "",
        on_step: StepHook | None = None,
        on_ask: AskHook | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        super().__init__(model, tools, max_steps=max_steps, instructions=instructions, on_step=on_step, on_ask=on_ask)
        self._policy = policy or Policy()
        self._tool_wall_s = (limits or Limits()).tool_wall_s
        self._on_event = on_event
        self._specs = {spec.name: spec for spec in (*self.tools, _FINAL)}

    def _prepare(self) -> str:
        return prompt.render(self.instructions)

    def _functions(self) -> Sequence[Mapping[str, Any]]:
        return [spec.to_function() for spec in self._specs.values()]

    def _act(self, number: int, reply: Reply) -> Step:
        if not reply.tool_calls:
            answer = reply.content.strip()
            if answer and not reply.cut_off:
                return Step(number=number, reply=reply, output=answer, is_final=True)
            note = "Your answer was cut off or empty. Call a tool, or final_answer."
            return Step(number=number, reply=reply, observations=(Message("user", note),))
        turn = _Turn()
        for position, call in enumerate(reply.tool_calls):
            text = "too many calls in one reply" if position >= MAX_CALLS else self._answer(call, turn)
            turn.messages.append(Message("tool", text, tool_call_id=call.id))
        return Step(
            number=number,
            reply=reply,
            observations=tuple(turn.messages),
            error=turn.error,
            output=turn.output,
            is_final=turn.is_final,
        )

    def _answer(self, call: ToolCall, turn: _Turn) -> str:
        """What the model is told of one call."""
        if turn.is_final or turn.error is not None:
            return "not called: the turn had ended before"
        spec = self._specs.get(call.name)
        if spec is None:
            return f"there is no tool {inline(call.name)}; the tools are {', '.join(self._specs)}"
        try:
            arguments = spec.parameters.check_json(call.arguments or "{}")
        except TypeError as error:
            return "not called, the arguments do not fit:\n" + quote(str(error), 2_000)
        if spec is _FINAL:
            turn.output, turn.is_final = arguments["answer"], True
            self._record(host_event("final_answer"))
            return "the task has ended"
        request = Request("tool", name=spec.name, arguments=arguments)
        turn.error = denied(self._policy, request, self._record, self._tool_wall_s)
        if turn.error is not None:
            return "not called:\n" + quote(turn.error.message, 2_000)
        return self._call(spec, arguments)

    def _call(self, spec: ToolSpec, arguments: dict[str, Any]) -> str:
        self._record(host_event("tool.called", name=spec.name))
        started = time.monotonic()
        try:
            text = render_value(spec.call(arguments, self._tool_wall_s))
            if time.monotonic() - started > self._tool_wall_s:
                raise TimeoutError
        except Exception as error:
            self._record(host_event("tool.ended", name=spec.name, ok=False, seconds=time.monotonic() - started))
            late = isinstance(error, TimeoutError) and not str(error)
            said = f"it took longer than {self._tool_wall_s:g} s, and its answer was dropped" if late else str(error)
            what = f"{type(error).__name__}: {said}" if late or self._policy.expose_errors else "it does not say why"
            return "the tool failed:\n" + quote(what, 1_024)
        self._record(host_event("tool.ended", name=spec.name, ok=True, seconds=time.monotonic() - started))
        return quote(text)

    def _record(self, event: Event) -> None:
        if self._on_event is not None:
            self._on_event(event)


class _Turn:
    """What has come of the calls of one reply so far."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.error: PolicyViolation | None = None
        self.output: Any = None
        self.is_final = False
