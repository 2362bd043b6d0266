"""What an agent remembers: the task and its steps, and how that becomes the messages for the model.

Invariants: append-only within a run; the same memory always renders to the same messages.
"""

from __future__ import annotations

import dataclasses

from sandbox.errors import RunError
from sandbox.result import Result

from .models.base import Message, Reply, TokenUsage


@dataclasses.dataclass(frozen=True, kw_only=True)
class Step:
    """One turn: what the model said, what was done, what it is shown of it.

    ``code`` is the cell that ran and ``result`` what came back (None where nothing ran); ``observations`` are the
    messages that answer the reply. ``is_final`` marks the step whose ``output`` is the answer.
    """

    number: int
    reply: Reply
    observations: tuple[Message, ...] = ()
    code: str | None = None
    result: Result | None = None
    error: RunError | None = None
    output: object = None
    is_final: bool = False


@dataclasses.dataclass
class Memory:
    """The conversation. ``tasks`` pairs each task with the number of steps that came before it."""

    system: str = ""
    tasks: list[tuple[int, str]] = dataclasses.field(default_factory=list)
    steps: list[Step] = dataclasses.field(default_factory=list)

    def begin(self, task: str) -> None:
        """Add a task after the steps there are."""
        self.tasks.append((len(self.steps), task))

    def clear(self) -> None:
        """Forget tasks and steps."""
        self.tasks.clear()
        self.steps.clear()

    def messages(self) -> list[Message]:
        """System prompt, then tasks and steps in the order they came."""
        messages = [Message("system", self.system)]
        waiting = list(self.tasks)
        for position, step in enumerate(self.steps):
            while waiting and waiting[0][0] <= position:
                messages.append(Message("user", waiting.pop(0)[1]))
            messages.append(Message("assistant", step.reply.content, step.reply.tool_calls))
            messages.extend(step.observations)
        messages.extend(Message("user", task) for _, task in waiting)
        return messages

    @property
    def usage(self) -> TokenUsage:
        """Tokens of all steps together."""
        return sum((step.reply.usage for step in self.steps), TokenUsage())
