"""``hardcell run``: one program, its output, its value, its files.

Invariants: bad arguments are refused before anything starts; artifacts never replace a file of other content and
never pass through a symbolic link.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sandbox.errors import EXIT_STATUS, EncodeError, RunError
from sandbox.limits import Limits
from sandbox.policy import Policy, load_toml
from sandbox.result import Artifact, Result
from sandbox.values import Opaque, encode

from ..base import Executor
from ..recording import Recording
from ..registry import create_executor
from .artifacts import save
from .sources import read_program
from .terminal import Shown, fail, one_line, plain_failures, say

_INTERRUPTED = 130


def run(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The program, or - for standard input.")],
    executor: Annotated[str, typer.Option(help="Where it runs.")] = "local",
    engine: Annotated[str | None, typer.Option(help="How it is evaluated: interpreter, restricted or cpython.")] = None,
    allow: Annotated[list[str] | None, typer.Option(help="More imports, as math,numpy. Repeatable.")] = None,
    timeout: Annotated[float | None, typer.Option(help="Wall clock in seconds.")] = None,
    memory: Annotated[int | None, typer.Option(help="Memory in megabytes.")] = None,
    policy: Annotated[Path | None, typer.Option(help="TOML file with [policy] and [limits].")] = None,
    var: Annotated[list[str] | None, typer.Option(help="A variable, as name=json. Repeatable.")] = None,
    input_file: Annotated[
        list[Path] | None, typer.Option("--file", help="A file to put into /cell. Repeatable.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Directory for the files that the program writes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
    record: Annotated[Path | None, typer.Option(help="Record the session to a new file, for hardcell replay.")] = None,
    min_isolation: Annotated[str, typer.Option(help="Refuse to run below this level: L3, L2, L1 or none.")] = "L2",
) -> None:
    """Run a program and print what it printed, then its value."""
    with plain_failures():
        code = read_program(file)
        variables = dict(_variable(text) for text in var or [])
        inputs = _inputs(input_file or [])
        chosen, limits = _policy(policy, allow or [], timeout, memory)
        with create_executor(
            executor,
            policy=chosen,
            limits=limits,
            engine=engine,
            min_isolation=min_isolation,
            record=None if record is None else Recording(record),
        ) as opened:
            shown = None if as_json else Shown(opened.interrupt)
            try:
                result = _run(opened, code, variables, inputs, shown)
            except KeyboardInterrupt:
                if as_json and opened.interrupted_result is not None:
                    _print_json(opened.interrupted_result)
                fail("interrupted", _INTERRUPTED)
            if shown is None:
                _print_json(result)
            else:
                shown.close()
                _show(result)
            for path in save(result.artifacts, out, limits.disk_mb << 20) if out is not None else []:
                say(one_line(f"saved {path}"), error=True)
    if result.error is not None:
        raise typer.Exit(EXIT_STATUS[result.error.kind])


def _run(
    opened: Executor, code: str, variables: dict[str, Any], inputs: dict[str, Path], shown: Shown | None
) -> Result:
    for name, path in inputs.items():
        opened.files.write(name, path.read_bytes())
    if variables:
        opened.send_variables(variables)
    return opened.run(code, on_output=shown)


def _variable(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--var {text!r} is not name=json")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"--var {name}: {value[:80]!r} is not JSON ({error}); quote text twice: {name}='\"text\"'"
        ) from None


def _inputs(paths: list[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in paths:
        if not path.is_file():
            raise ValueError(f"--file {path}: there is no such file")
        if path.name in found:
            raise ValueError(f"--file {path}: {found[path.name]} has the same name in /cell")
        found[path.name] = path
    return found


def _policy(file: Path | None, allow: list[str], timeout: float | None, memory: int | None) -> tuple[Policy, Limits]:
    """The policy and limits of the file, or the standard ones, with what the command line adds."""
    policy, limits = Policy.standard(), Limits()
    if file is not None:
        policy, limits = load_toml(file.read_text(encoding="utf-8"), str(file))
    more = [name.strip() for text in allow for name in text.split(",") if name.strip()]
    if more:
        policy = dataclasses.replace(policy, imports=(*policy.imports, *more))
    if timeout is not None:
        limits = dataclasses.replace(limits, wall_s=timeout)
    if memory is not None:
        limits = dataclasses.replace(limits, memory_mb=memory)
    return policy, limits


def document(result: Result) -> dict[str, Any]:
    """A result as one JSON object. ``value`` is plain JSON where JSON has the kind, else tagged as on the wire."""
    return {
        "value": _json_value(result.value),
        "value_repr": result.value_repr,
        "stdout": result.stdout,
        "stderr": result.stderr,
        "error": None if result.error is None else _json_error(result.error),
        "is_final_answer": result.is_final_answer,
        "variables": [dataclasses.asdict(variable) for variable in result.variables],
        "artifacts": [_json_artifact(artifact) for artifact in result.artifacts],
        "state": result.state,
        "usage": result.usage.to_dict(),
        "isolation": result.isolation.to_dict(),
        "events": [event.to_dict() for event in result.events],
    }


def _print_json(result: Result) -> None:
    print(json.dumps(document(result), ensure_ascii=True, allow_nan=False))


def _json_value(value: Any) -> Any:
    if isinstance(value, Opaque):
        return {"$": "opaque", "t": value.type, "r": value.repr, "p": value.path, "w": value.reason}
    try:
        return encode(value, strict=True)
    except EncodeError:
        return None


def _json_error(error: RunError) -> dict[str, Any]:
    names = ("kind", "type", "code", "message", "line", "column", "recovery")
    return {name: getattr(error, name) for name in names}


def _json_artifact(artifact: Artifact) -> dict[str, Any]:
    return {name: getattr(artifact, name) for name in ("name", "media_type", "size", "digest")}


def _show(result: Result) -> None:
    """What comes after the output: the value, or what went wrong."""
    error = result.error
    if error is None and result.value_repr != "None":
        if result.stdout and not result.stdout.endswith("\n"):
            say("")
        say(result.value_repr)
    if error is not None:
        sys.stdout.flush()
        if error.traceback:
            say(error.traceback.rstrip("\n"), error=True)
        if error.kind != "guest" or not error.traceback:
            say(str(error), error=True)
