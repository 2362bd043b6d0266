"""``hardcell agent``: a CodeAgent on the command line.

Invariants: the answer goes to standard output and nothing else does; every failure is a plain message and an exit
status of ``sandbox.errors.EXIT_STATUS``; a key is read from the environment only, never from the command line.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from sandbox.errors import EXIT_STATUS, BackendUnavailable, HardcellError
from sandbox.policy import load_toml

from .code_agent import CodeAgent
from .loop import RunResult
from .memory import Step
from .models.base import Model
from .models.replay import ReplayModel
from .monitoring import ConsoleMonitor
from .observation import escape

UNFINISHED = 1


def agent(
    task: Annotated[str, typer.Argument(help="What the agent shall do.")],
    model: Annotated[str, typer.Option(help="openai:NAME, or replay:FILE for a recorded transcript.")],
    api_base: Annotated[str, typer.Option(help="URL of an OpenAI-compatible endpoint, ending in /v1.")] = "",
    executor: Annotated[str, typer.Option(help="Where the code runs.")] = "local",
    tools: Annotated[list[str] | None, typer.Option(help="A host function, as module:function. Repeatable.")] = None,
    policy: Annotated[Path | None, typer.Option(help="TOML file with the tables [policy] and [limits].")] = None,
    min_isolation: Annotated[str, typer.Option(help="Refuse to run below this level.")] = "L2",
    max_steps: Annotated[int, typer.Option(help="How many steps the agent may take.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of the answer alone.")] = False,
) -> None:
    """Let a CodeAgent work on TASK. A key is taken from OPENAI_API_KEY."""
    try:
        result = _run(task, model, api_base, executor, tools or [], policy, min_isolation, max_steps, as_json)
    except HardcellError as error:
        repair = f"\n{escape(error.repair)}" if isinstance(error, BackendUnavailable) and error.repair else ""
        message = error.message if isinstance(error, BackendUnavailable) else str(error)
        _fail(f"{escape(message)}{repair}", EXIT_STATUS[error.kind])
    except (ValueError, TypeError, OSError, ImportError) as error:
        _fail(escape(str(error)), EXIT_STATUS["usage"])
    if as_json:
        print(json.dumps(_document(result), ensure_ascii=True))
    elif result.output is not None:
        print(escape(result.output if isinstance(result.output, str) else repr(result.output)))
    if result.state != "success":
        last = result.steps[-1].error if result.state == "stopped" else None
        _fail(escape(result.reason), EXIT_STATUS[last.kind] if last is not None else UNFINISHED)


def main(argv: list[str] | None = None) -> int:
    """The command alone, without ``hardcell`` around it. Gives the exit status."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command(name="agent")(agent)
    try:
        app(args=argv, prog_name="hardcell agent", standalone_mode=True)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0 if done.code is None else 2
    return 0


def _run(
    task: str,
    model: str,
    api_base: str,
    executor: str,
    tools: list[str],
    policy_file: Path | None,
    min_isolation: str,
    max_steps: int,
    quiet: bool,
) -> RunResult:
    functions = [_function(name) for name in tools]
    policy, limits = (None, None)
    if policy_file is not None:
        policy, limits = load_toml(policy_file.read_text(encoding="utf-8"), str(policy_file))
    monitor = ConsoleMonitor()
    with CodeAgent(
        _model(model, api_base),
        functions,
        executor,
        policy=policy,
        limits=limits,
        min_isolation=min_isolation,
        max_steps=max_steps,
        on_step=None if quiet else monitor,
    ) as code_agent:
        result = code_agent.run(task)
    if not quiet:
        monitor.ended(result)
    return result


def _model(text: str, api_base: str) -> Model:
    kind, _, name = text.partition(":")
    if kind == "replay" and name:
        return ReplayModel(name)
    if kind == "openai" and name:
        from .models.openai import OpenAIModel  # the client takes half a second to import

        return OpenAIModel(name, api_base or None)
    raise ValueError(f"--model {text!r} is not openai:NAME or replay:FILE")


def _function(text: str) -> Any:
    module_name, _, attribute = text.partition(":")
    if not module_name or not attribute:
        raise ValueError(f"--tools {text!r} is not module:function")
    if "" not in sys.path:
        sys.path.insert(0, "")
    module = importlib.import_module(module_name)
    if not hasattr(module, attribute):
        raise ValueError(f"--tools {text!r}: the module {module_name} has no {attribute!r}")
    return getattr(module, attribute)


def _document(result: RunResult) -> dict[str, Any]:
    return {
        "output": _json_data(result.output),
        "state": result.state,
        "reason": result.reason,
        "usage": result.usage.to_dict(),
        "steps": [_step(step) for step in result.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    error = step.error
    return {
        "number": step.number,
        "reply": step.reply.content,
        "code": step.code,
        "observations": [message.content for message in step.observations],
        "is_final": step.is_final,
        "error": None
        if error is None
        else {
            "kind": error.kind,
            "type": error.type,
            "code": error.code,
            "message": error.message,
            "line": error.line,
            "column": error.column,
            "recovery": error.recovery,
        },
    }


def _json_data(value: Any) -> Any:
    """``value`` if JSON can hold it, else its repr."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return repr(value)
    return value


def _fail(message: str, status: int) -> NoReturn:
    print(f"hardcell agent: {message}", file=sys.stderr)
    raise typer.Exit(status)
