"""Watching an agent: a hook that shows each step on a console.

Invariants: what a model, a tool or a guest wrote is shown as plain text, escaped; markup in it is never obeyed.
"""

from __future__ import annotations

from rich.console import Console, Group
from rich.panel import Panel
from rich.syntax import Syntax
from rich.text import Text

from .loop import RunResult
from .memory import Step
from .models.base import TokenUsage
from .observation import cut, escape, inline

_MAX_CHARS = 2_000


class ConsoleMonitor:
    """An ``on_step`` hook. ``usage`` adds up the tokens of the steps it has seen."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self.usage = TokenUsage()

    def __call__(self, step: Step) -> None:
        """Show one step: the thought, the code or the calls, and what came back."""
        self.usage += step.reply.usage
        parts: list[Text | Syntax] = []
        if step.code is None and step.reply.content:
            parts.append(Text(_plain(step.reply.content)))
        elif step.code is not None:
            thought = step.reply.content.split("```")[0].split("<code>")[0].strip()
            parts += [Text(_plain(thought), style="italic")] if thought else []
            parts.append(Syntax(_plain(step.code), "python", background_color="default", word_wrap=True))
        for call in step.reply.tool_calls:
            parts.append(Text(f"{inline(call.name)} {_plain(call.arguments)}", style="cyan"))
        for message in step.observations:
            parts.append(Text(_plain(message.content), style="red" if step.error else "dim"))
        if step.is_final:
            parts.append(Text(f"final answer: {_plain(repr(step.output))}", style="bold green"))
        tokens = f"{step.reply.usage.input_tokens} + {step.reply.usage.output_tokens} tokens"
        self.console.print(Panel(Group(*parts), title=f"step {step.number}", subtitle=tokens, title_align="left"))

    def ended(self, result: RunResult) -> None:
        """Show how the run ended."""
        used = f"{result.usage.input_tokens} + {result.usage.output_tokens} tokens"
        self.console.print(Text(f"{result.state}: {inline(result.reason, 600)} ({len(result.steps)} steps, {used})"))


def _plain(text: str) -> str:
    return escape(cut(text, _MAX_CHARS))
