"""What a model is shown of a run: data of the guest, told apart from the words of the host.

Invariants: every line that a guest or a tool wrote begins with ``| ``, so it cannot close the observation or pass for
the host; control characters are escaped; long text is cut in the middle and says so; equal results give equal text.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.errors import LimitExceeded, RunError
from sandbox.refusals import TABLE
from sandbox.result import Result

from .parsing import OBSERVATION

MAX_CHARS = 8_000
_MAX_NAMES = 20
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escape(text: str) -> str:
    """``text`` with control characters, direction marks and lone surrogates as backslash escapes."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def inline(text: str, limit: int = 100) -> str:
    """Foreign text inside one of the host's own lines: escaped, on one line, at most ``limit`` characters."""
    return escape(text[:limit]).replace("\n", "\\n")


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters of ``text``, with a note in the middle when some are left out."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit - limit * 2 // 3
    return f"{text[:head]}\n[… {len(text) - limit} characters left out …]\n{text[len(text) - tail :]}"


def quote(text: str, limit: int = MAX_CHARS) -> str:
    """Foreign text as data: escaped, cut, each line behind a bar."""
    return "\n".join(f"| {escape(line)}" for line in cut(text.removesuffix("\n"), limit).split("\n"))


def frame(step: int, *parts: str) -> str:
    """An observation made of the host's own lines and quoted ones."""
    return "\n".join((f'{OBSERVATION} step="{step}">', *(part for part in parts if part), "</observation>"))


def observe_run(step: int, code: str, result: Result, limit: int = MAX_CHARS) -> str:
    """The observation of one run of ``code``: output, value or error, files, names that are new."""
    parts: list[str] = []
    if result.stdout:
        parts += ["printed:", quote(result.stdout, limit)]
    if result.stderr:
        parts += ["printed to stderr:", quote(result.stderr, limit // 4)]
    if result.error is not None:
        parts.append(describe_error(result.error, code))
    elif result.value is not None:
        parts += ["value of the last expression:", quote(result.value_repr, limit // 2)]
    elif not result.stdout and not result.stderr:
        parts.append("The code ran. It printed nothing and its last value is None.")
    if result.artifacts:
        names = (f"{artifact.name} ({artifact.size} bytes)" for artifact in result.artifacts[:_MAX_NAMES])
        parts += ["files written:", quote(", ".join(names), limit // 8)]
    if result.variables and not result.error:
        named = ", ".join(f"{variable.name}: {variable.type}" for variable in result.variables[:_MAX_NAMES])
        parts += ["names now bound:", quote(named, limit // 8)]
    if result.state == "lost":
        parts.append("The session is lost: every variable, function and import of earlier steps is gone; start afresh.")
    elif result.state == "rolled_back":
        parts.append("The session is as it was before this step: nothing that this code bound or changed remains.")
    return frame(step, *parts)


def describe_error(error: RunError, code: str) -> str:
    """Kind, code, message, the guest line with a caret, and what to write instead."""
    title = {"guest": "Your code raised", "policy": "Refused by the policy", "limit": "Stopped at a limit"}.get(
        error.kind, "The run failed"
    )
    code_mark = f" [{error.code}]" if error.code in TABLE else ""
    lines = [f"{title}: {inline(error.type)}{code_mark}", quote(error.message, 2_000)]
    if error.line is not None:
        lines.append(f"at line {error.line}:")
        source = re.split(r"\r\n|\r|\n", code)
        if 1 <= error.line <= len(source):
            lines.append(quote(source[error.line - 1], 500))
            if error.column is not None and 1 <= error.column <= 500:
                lines.append("| " + " " * (error.column - 1) + "^")
    if isinstance(error, LimitExceeded) and error.allowed is not None:
        lines.append(f"limit {error.limit}: {error.allowed:g} allowed")
    row = TABLE.get(error.code)
    if row is not None and row.instead not in error.message:
        lines.append(f"Instead: {row.instead}.")
    if error.recovery == "retry":
        lines.append("This was not the fault of your code; the same code may work when run again.")
    return "\n".join(lines)


def render_value(value: Any) -> str:
    """A tool's result as text for a model: text as it is, plain data as JSON, anything else by its repr."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=True)
    except (TypeError, ValueError, RecursionError):
        return repr(value)
