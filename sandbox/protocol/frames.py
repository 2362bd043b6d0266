"""The frames: who sends each kind, which fields it has, of which exact types.

Invariants: a frame is a dict with ``t`` (its kind) and the fields of its kind, no others; types are exact, so True
is not an int; nested rows are checked as well. Encoded guest values (``value``, ``args`` …) pass through
unread: the codec judges them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from ..tape.tape import is_tape

Frame = dict[str, Any]
Role = Literal["host", "worker"]
Check = type | Callable[[Any], bool]
"""A field is of this exact type, or passes this function."""


PROTO = 1
MAX_NAME = 256
MAX_TEXT = 64 << 10
MAX_ROWS = 10_000
MAX_SHOWN = 1000
MAX_NUMBER = 1 << 53


def _number(value: Any) -> bool:
    return type(value) is int and 0 <= value < MAX_NUMBER


def _name(value: Any) -> bool:
    return type(value) is str and 0 < len(value) <= MAX_NAME


def _label(value: Any) -> bool:
    """A name that may be empty, as that of a variable bound by ``globals()`` or of a class."""
    return type(value) is str and len(value) <= MAX_NAME


def _short(value: Any) -> bool:
    return type(value) is str and len(value) <= MAX_TEXT


def _names(value: Any) -> bool:
    return type(value) is list and len(value) <= MAX_ROWS and all(_name(name) for name in value)


def _encoded(value: Any) -> bool:
    return True


def _arguments(value: Any) -> bool:
    return type(value) is list and len(value) <= MAX_ROWS


def _keywords(value: Any) -> bool:
    return type(value) is dict and len(value) <= MAX_ROWS


def _amount(value: Any) -> bool:
    return value is None or type(value) in (int, float)


def _place(value: Any) -> bool:
    return value is None or _number(value)


def _rows(most: int, *columns: Callable[[Any], bool]) -> Check:
    def is_row(row: Any) -> bool:
        return (
            type(row) is list
            and len(row) == len(columns)
            and all(column(cell) for column, cell in zip(columns, row, strict=True))
        )

    def check(value: Any) -> bool:
        return type(value) is list and (not value or len(value) <= most and all(map(is_row, value)))

    return check


def _fields(required: dict[str, Check], optional: dict[str, Check]) -> Check:
    def check(value: Any) -> bool:
        return type(value) is dict and problem_in(value, required, optional) is None

    return check


ERROR_FIELDS: dict[str, Check] = {
    "kind": lambda value: type(value) is str and value in ("guest", "policy", "limit", "crash"),
    "type": _name,
    "message": _short,
    "code": lambda value: type(value) is str and len(value) <= 16,
    "line": _place,
    "column": _place,
    "recovery": lambda value: type(value) is str and value in ("retry", "rewrite", "ask", "escalate"),
    "traceback": _short,
}
LIMIT_FIELDS: dict[str, Check] = {"limit": _name, "allowed": _amount, "used": _amount, "how": _short}
_is_error = _fields(ERROR_FIELDS, LIMIT_FIELDS)
_is_tool_error = _fields({"type": _name, "message": _short}, {})


def _error(value: Any) -> bool:
    return value is None or _is_error(value)


_FILE_OPS = ("write", "read", "list", "stat", "remove")
_SAVE_OPS = ("make", "read", "forget")
_RESTORE_OPS = ("write", "finish")

SENDER: dict[str, Role] = {
    "start": "host", "run": "host", "tools": "host", "set": "host", "file": "host", "answer": "host", "bye": "host",
    "checkpoint": "host", "rollback": "host", "branch": "host",
    "snapshot": "host", "restore": "host",
    "hello": "worker", "event": "worker", "call": "worker", "done": "worker", "ok": "worker", "fail": "worker",
}  # fmt: skip
"""Who sends each kind. ``part`` is framing, not a kind: it carries a slice of a long frame in either direction."""

REQUIRED: dict[str, dict[str, Check]] = {
    "start": {"engine": _name, "policy": dict, "limits": dict, "tools": _names},
    "run": {"id": _number, "code": str},
    "tools": {"id": _number, "names": _names},
    "set": {"id": _number, "values": dict},
    "file": {"id": _number, "op": lambda value: type(value) is str and value in _FILE_OPS, "path": _short},
    "checkpoint": {"id": _number},
    "rollback": {"id": _number, "sweep": bool},
    "snapshot": {"id": _number, "op": lambda value: type(value) is str and value in _SAVE_OPS},
    "restore": {"id": _number, "op": lambda value: type(value) is str and value in _RESTORE_OPS},
    "branch": {"id": _number, "place": _number},
    "answer": {"id": _number},
    "bye": {},
    "hello": {"proto": _number, "python": _name, "digest": _short, "engine": _name, "isolation": dict},
    "event": {"type": _name, "data": dict},
    "call": {"id": _number, "name": _name, "args": _arguments, "kwargs": _keywords},
    "done": {
        "id": _number,
        "value": _encoded,
        "repr": _short,
        "error": _error,
        "final": bool,
        "variables": _rows(MAX_SHOWN, _label, _label, _short),
        "artifacts": _rows(MAX_SHOWN, _short, _number, _name),
        "ops": _number,
    },
    "ok": {"id": _number, "data": dict},
    "fail": {"id": _number, "type": _name, "message": _short},
}
OPTIONAL: dict[str, dict[str, Check]] = {
    "start": {"taped": bool},
    "run": {"tape": is_tape},
    "done": {"tape": is_tape},
    "file": {"offset": _number, "size": _number, "data": str, "final": bool},
    "snapshot": {"leave_out": _names, "lenient": bool, "offset": _number},
    "restore": {"data": str, "tools": _names, "entries": _rows(MAX_ROWS, _short, _number, _number, _number)},
    "answer": {"value": _encoded, "error": _is_tool_error, "stop": _is_error},
}
_NONE: dict[str, Check] = {}
_WHOLE: dict[str, dict[str, Check]] = {kind: {"t": str, **fields} for kind, fields in REQUIRED.items()}


def problem_in(frame: Frame, required: dict[str, Check], optional: dict[str, Check]) -> str | None:
    """What is wrong with the fields of ``frame``, or None. Only names of our own tables enter the text."""
    for name, check in required.items():
        if name not in frame:
            return f"lacks {name}"
        value = frame[name]
        if type(value) is not check and (isinstance(check, type) or not check(value)):
            return f"has a malformed {name}"
    seen = len(required)
    if seen == len(frame):
        return None
    for name, check in optional.items():
        if name in frame:
            value = frame[name]
            if type(value) is not check and (isinstance(check, type) or not check(value)):
                return f"has a malformed {name}"
            seen += 1
    return None if seen == len(frame) else "has unknown fields"


def problem(frame: Frame) -> str | None:
    """What is wrong with a whole frame (its kind must be known), or None."""
    kind = frame["t"]
    return problem_in(frame, _WHOLE[kind], OPTIONAL.get(kind, _NONE))
