"""An agent that acts by writing Python, run cell by cell in one executor session.

Invariants: the model's code runs only in the executor; tools run on the host by name; neither the model object nor
its key is ever sent there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from executors.base import Executor
from executors.printed import OnOutput, check_on_output
from executors.registry import create_executor
from sandbox.events import Event
from sandbox.limits import Limits
from sandbox.policy import Policy

from .loop import Agent, AskHook, StepHook
from .memory import Step
from .models.base import Message, Model, Reply
from .observation import frame, observe_run
from .parsing import parse_code
from .prompts import code as prompt


class CodeAgent(Agent):
    """Thinks, writes Python, sees what it did, until it calls ``final_answer``.

    The agent makes an executor of ``executor_type`` under ``policy`` (default: standard) and ``limits``, and closes it
    in ``close``; an ``executor`` of your own stays yours, under the policy it was made with. The guest's names stay
    from run to run. ``on_output(name, text)`` is called with what a cell prints, while it runs: see ``Executor.run``.
    Use the agent as a context manager.

    Raises:
        TypeError: ``on_output`` is no function that ``Executor.run`` can call.
        ValueError: an executor together with what only a new one can be given; or as ``Agent``.
    """

    def __init__(
        self,
        model: Model,
        tools: Iterable[object] = (),
        executor_type: str = "local",
        *,
        executor: Executor | None = None,
        policy: Policy | None = None,
        limits: Limits | None = None,
        min_isolation: str = "L2",
        max_steps: int = 20,
        instructions: str = "",
        on_step: StepHook | None = None,
        on_ask: AskHook | None = None,
        on_event: Callable[[Event], None] | None = None,
        on_output: OnOutput | None = None,
    ) -> None:
        check_on_output(on_output)
        super().__init__(model, tools, max_steps=max_steps, instructions=instructions, on_step=on_step, on_ask=on_ask)
        self._owned = executor is None
        if executor is None:
            policy, limits = policy or Policy.standard(), limits or Limits()
            executor = create_executor(
                executor_type,
                policy=policy,
                limits=limits,
                min_isolation=min_isolation,
                on_event=on_event,
            )
        elif policy is not None or limits is not None or on_event is not None:
            raise ValueError("policy, limits and on_event belong to the executor: pass them to create_executor")
        self.executor = executor
        self._on_output = on_output
        # An executor of one's own may tell its policy and limits; the prompt claims only what is known.
        known = policy or getattr(executor, "policy", None), limits or getattr(executor, "limits", None)
        self._policy = known[0] if isinstance(known[0], Policy) else None
        self._limits = known[1] if isinstance(known[1], Limits) else None

    def _prepare(self) -> str:
        self.executor.send_tools({spec.name: spec.host_function() for spec in self.tools})
        return prompt.render(self.tools, self._policy, self._limits, self.instructions)

    def _functions(self) -> Sequence[Mapping[str, Any]]:
        return ()

    def _act(self, number: int, reply: Reply) -> Step:
        code = None if reply.cut_off else parse_code(reply.content)
        if code is None:
            help_text = prompt.CUT_OFF_HELP if reply.cut_off else prompt.FORMAT_HELP
            return Step(number=number, reply=reply, observations=(Message("user", frame(number, help_text)),))
        result = self.executor.run(code, on_output=self._on_output)
        final = result.is_final_answer and result.error is None
        return Step(
            number=number,
            reply=reply,
            observations=(Message("user", observe_run(number, code, result)),),
            code=code,
            result=result,
            error=result.error,
            output=result.value if final else None,
            is_final=final,
        )

    def close(self) -> None:
        """Close the executor that the agent made. Idempotent."""
        if self._owned:
            self.executor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
