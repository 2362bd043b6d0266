"""Every field of every frame, with what it takes at the most and what it must not take."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sandbox.protocol.frames import ERROR_FIELDS, LIMIT_FIELDS, OPTIONAL, REQUIRED, SENDER, Frame, problem

MANY = 10_000
ERROR: Frame = {
    "kind": "limit", "type": "T" * 256, "message": "m" * 65_536, "code": "c" * 16, "line": (1 << 53) - 1,
    "column": None, "recovery": "retry", "traceback": "", "limit": "ops", "allowed": 1.5, "used": None, "how": "",
}  # fmt: skip
TAPE: Frame = {"readings": [["t", 1]], "cut": False, "problem": ""}
FULL: dict[str, Frame] = {
    "start": {"engine": "interpreter", "policy": {}, "limits": {}, "tools": ["t"] * MANY, "taped": True},
    "run": {"id": 1, "code": "", "tape": TAPE},
    "tools": {"id": 0, "names": []},
    "set": {"id": 1, "values": {}},
    "file": {"id": 1, "op": "write", "path": "p" * 65_536, "offset": 0, "size": 0, "data": "", "final": False},
    "checkpoint": {"id": 1},
    "rollback": {"id": 1, "sweep": True},
    "snapshot": {"id": 1, "op": "make", "leave_out": ["a"], "lenient": False, "offset": 0},
    "restore": {"id": 1, "op": "finish", "data": "", "tools": ["t"], "entries": [["p", 0, 1, 2]] * MANY},
    "branch": {"id": 1, "place": 0},
    "answer": {"id": 1, "value": object(), "error": {"type": "T", "message": ""}, "stop": ERROR},
    "bye": {},
    "hello": {"proto": 1, "python": "p" * 256, "digest": "", "engine": "e", "isolation": {}},
    "event": {"type": "t", "data": {}},
    "call": {"id": 1, "name": "n", "args": [None] * MANY, "kwargs": {str(n): None for n in range(MANY)}},
    "done": {
        "id": 1, "value": object(), "repr": "r" * 65_536, "error": ERROR, "final": False,
        "variables": [["n", "t", "r"]] * 1000, "artifacts": [["p", 1, "t"]] * 1000, "ops": 0, "tape": TAPE,
    },
    "ok": {"id": 1, "data": {}},
    "fail": {"id": 1, "type": "T", "message": ""},
}  # fmt: skip
"""A frame of each kind with every field that it may have, each as large as it may be."""

NUMBER = [True, -1, 1 << 53, 1.0, "1", None]
NAME = ["", "n" * 257, 1, None, b"n"]
SHORT = ["s" * 65_537, 1, None, b""]
NAMES = [("n",), ["n"] * (MANY + 1), [""], [1], None]
DICT = [[], None, "{}"]
BOOL = [1, None, "true"]
STR = [1, None, b""]
PLACE = [True, -1, 1 << 53, 1.0, "1"]
AMOUNT = [True, "1", [1]]
OP = ["", "other", None, ["write"], "make " * 2]
ROWS = [None, {}, [[]], [None], [("p", 0, 1, 2)]]
TAPES = [
    None, [], {**TAPE, "more": 1}, {"readings": []}, {**TAPE, "cut": 0}, {**TAPE, "problem": 1},
    {**TAPE, "problem": "p" * 1025}, {**TAPE, "readings": ()}, {**TAPE, "readings": [["t", 1]] * 10_001},
    {**TAPE, "readings": [["u", "0" * 100_000]] * 3}, {**TAPE, "readings": [["sundial", 1]]},
    {**TAPE, "readings": [["t", -1]]}, {**TAPE, "readings": [["t", 1 << 63]]}, {**TAPE, "readings": [["t"]]},
    {**TAPE, "readings": [["t", True]]}, {**TAPE, "readings": [["u", "f"]]}, {**TAPE, "readings": [["u", "xx"]]},
    {**TAPE, "readings": [["u", 10]]}, {**TAPE, "readings": [("t", 1)]}, {**TAPE, "readings": [[1, 1]]},
]  # fmt: skip
BAD_ERROR: dict[str, list[Any]] = {
    "kind": ["", "backend", None, ["guest"]], "type": NAME, "message": SHORT, "code": ["c" * 17, 1, None],
    "line": PLACE, "column": PLACE, "recovery": ["", "despair", None, ["ask"]], "traceback": SHORT, "limit": NAME,
    "allowed": AMOUNT, "used": AMOUNT, "how": SHORT,
}  # fmt: skip
ERRORS = [
    [], "error", {}, {**ERROR, "more": 1}, *({**ERROR, name: bad} for name, bads in BAD_ERROR.items() for bad in bads),
    *({key: value for key, value in ERROR.items() if key != name} for name in ERROR_FIELDS),
]  # fmt: skip
TOOL_ERRORS = [
    None, [], {}, {"type": "T"}, {"message": ""}, {"type": "", "message": ""}, {"type": "T", "message": 1},
    {"type": "T", "message": "m" * 65_537}, {"type": "T" * 257, "message": ""}, {"type": "T", "message": "", "more": 1},
]  # fmt: skip
VARIABLES = [
    *ROWS,
    [["n", "t", "r"]] * 1001,
    [["n" * 257, "t", "r"]],
    [["n", "t" * 257, "r"]],
    [[1, "t", "r"]],
    [["n", None, "r"]],
    [["n", "t", 1]],
    [["n", "t", "r", "m"]],
]
ARTIFACTS = [*ROWS, [["p", 1, "t"]] * 1001, [[1, 1, "t"]], [["p", -1, "t"]], [["p", 1, ""]], [["p", 1]]]
ENTRIES = [*ROWS, [["p", 0, 1, 2]] * (MANY + 1), [[1, 0, 1, 2]], [["p", -1, 1, 2]], [["p", 0, "1", 2]], [["p", 0, 1]]]
ARGUMENTS = [(), None, {}, [None] * (MANY + 1)]
KEYWORDS = [[], None, {str(n): None for n in range(MANY + 1)}]
BAD: dict[str, list[Any]] = {
    "start.engine": NAME, "start.policy": DICT, "start.limits": DICT, "start.tools": NAMES, "start.taped": BOOL,
    "run.code": STR, "run.tape": TAPES, "tools.names": NAMES, "set.values": DICT,
    "file.op": OP, "file.path": SHORT, "file.offset": NUMBER, "file.size": NUMBER, "file.data": STR, "file.final": BOOL,
    "rollback.sweep": BOOL, "snapshot.op": OP, "snapshot.leave_out": NAMES, "snapshot.lenient": BOOL,
    "snapshot.offset": NUMBER, "restore.op": OP, "restore.data": STR, "restore.tools": NAMES,
    "restore.entries": ENTRIES, "branch.place": NUMBER, "answer.error": TOOL_ERRORS, "answer.stop": [None, *ERRORS],
    "hello.proto": NUMBER, "hello.python": NAME, "hello.digest": SHORT, "hello.engine": NAME, "hello.isolation": DICT,
    "event.type": NAME, "event.data": DICT, "call.name": NAME, "call.args": ARGUMENTS, "call.kwargs": KEYWORDS,
    "done.repr": SHORT, "done.error": ERRORS, "done.final": BOOL, "done.variables": VARIABLES,
    "done.artifacts": ARTIFACTS, "done.ops": NUMBER, "done.tape": TAPES, "ok.data": DICT, "fail.type": NAME,
    "fail.message": SHORT, **{f"{kind}.id": NUMBER for kind, fields in REQUIRED.items() if "id" in fields},
}  # fmt: skip


def frame(kind: str, **changed: Any) -> Frame:
    """The full frame of a kind, with other fields."""
    return {"t": kind, **FULL[kind], **changed}


def test_every_field_has_values_that_it_must_not_take() -> None:
    fields = {(kind, name) for table in (REQUIRED, OPTIONAL) for kind, names in table.items() for name in names}
    free = {("done", "value"), ("answer", "value")}
    assert {tuple(name.split(".")) for name in BAD} == fields - free
    assert {(kind, name) for kind, full in FULL.items() for name in full} == fields
    assert set(FULL) == set(SENDER)
    assert set(BAD_ERROR) == {*ERROR_FIELDS, *LIMIT_FIELDS}


@pytest.mark.parametrize("kind", FULL)
def test_the_largest_frame_of_a_kind_is_one(kind: str) -> None:
    assert problem(frame(kind)) is None


@pytest.mark.parametrize("kind", FULL)
def test_a_field_more_or_less_is_told(kind: str) -> None:
    assert problem(frame(kind, more=1)) == "has unknown fields"
    for name in REQUIRED[kind]:
        less = {key: value for key, value in frame(kind).items() if key != name}
        assert problem(less) == f"lacks {name}"
        assert problem({**less, "more": 1}) == f"lacks {name}"


@pytest.mark.parametrize("field", BAD)
def test_what_a_field_must_not_take_is_told(field: str) -> None:
    kind, _, name = field.partition(".")
    taken = [bad for bad in BAD[field] if problem(copy.copy(frame(kind, **{name: bad}))) != f"has a malformed {name}"]
    assert [str(bad)[:100] for bad in taken] == []


def test_errors_may_lack_what_only_limits_have() -> None:
    bare = {name: value for name, value in ERROR.items() if name in ERROR_FIELDS}
    assert problem(frame("done", error=bare)) is None
    assert problem(frame("done", error=None)) is None
