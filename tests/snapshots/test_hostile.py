"""Documents that nobody saved: refused, with a reason, and none of their code runs."""

from __future__ import annotations

import json
import zlib
from collections.abc import Generator
from typing import Any

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.errors import SnapshotError
from sandbox.limits import Limits
from sandbox.policy import Policy

from .document import Change, changed, document_of, with_document

PROGRAM = """\
import math
def f(n):
    return n + 1
class C:
    def m(self):
        return 2
c = C()
"""


@pytest.fixture(params=["interpreter", "restricted", "cpython"])
def executor(request: pytest.FixtureRequest) -> Generator[Executor, None, None]:
    limits = Limits(snapshot_mb=4, disk_mb=1)
    with create_executor("local", engine=request.param, limits=limits) as opened:
        assert opened.run(PROGRAM).error is None
        yield opened


def refused(executor: Executor, data: bytes) -> str:
    """Why it is refused; the session is as it was, and nothing was printed or written."""
    executor.run("before = 1")
    with pytest.raises(SnapshotError) as caught:
        executor.restore(data)
    assert executor.run("before, f(1)").value == (1, 2)
    assert executor.files.list() == []
    return str(caught.value)


def definition(text: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        document["definitions"][0][4] = text

    return change


@pytest.mark.parametrize(
    "text",
    [
        "open('ran', 'w').close()",
        "def f(n):\n    return n\nopen('ran', 'w').close()",
        "if open('ran', 'w'):\n    def f(n): pass",
        " def f(n): pass\nelse:\n  open('ran', 'w')",
        "class f:\n    open('ran', 'w')",
        "lambda n: n",
        "def f(n): return (",
        "",
        "(" * 200,
    ],
)
def test_a_source_that_is_more_than_a_definition_is_refused(text: str, executor: Executor) -> None:
    assert "definition" in (why := refused(executor, changed(executor.snapshot(), definition(text)))) or "source" in why


@pytest.mark.parametrize(
    "text",
    [
        "@open('ran', 'w')\ndef f(n):\n    return n + 1",
        "def f(n=open('ran', 'w')):\n    return n + 1",
        "def f(n: open('ran', 'w')) -> open('ran', 'w'):\n    return n + 1",
    ],
)
def test_what_stands_around_a_body_is_not_evaluated(text: str, executor: Executor) -> None:
    executor.restore(changed(executor.snapshot(), definition(text)))
    assert executor.files.list() == []
    assert executor.run("f(1)").value == 2


MALFORMED: dict[str, object] = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": [],
    "no fields": {},
    "cut off": zlib.compress(b"{" * 100)[:-5],
    "more after its end": zlib.compress(b"{}") + b"x",
    "nested": b'{"a":' + b"[" * 100_000,
    "a bomb": zlib.compress(b" " * (5 << 20)),
    "a bomb of lists": zlib.compress(b"[" * (3 << 20)),
    "not packed": b"\x00\x01",
}


@pytest.mark.parametrize("name", sorted(MALFORMED))
def test_a_malformed_document_is_refused(name: str, executor: Executor) -> None:
    assert refused(executor, with_document(executor.snapshot(), MALFORMED[name]))


@pytest.mark.parametrize("names", [["a b"], [1], ["n", "n"]])
def test_captured_names_are_names_and_differ(names: list[Any], executor: Executor) -> None:
    document = document_of(executor.snapshot())
    document["definitions"][0][5] = names
    told = refused(executor, with_document(executor.snapshot(), document))
    assert told.endswith("not a snapshot: malformed names of captured variables")


def test_a_document_without_its_end_is_refused(executor: Executor) -> None:
    """All of its text is there, the check sum is not."""
    saved = executor.snapshot()
    packed = zlib.compress(json.dumps(document_of(saved)).encode("ascii"))
    assert refused(executor, with_document(saved, packed[:-4])).endswith("not a snapshot: it is cut off")
    executor.restore(with_document(saved, packed))


def node(value: object) -> Change:
    def change(document: dict[str, Any]) -> None:
        document["variables"].append(["x", value])

    return change


def field(name: str, value: object) -> Change:
    def change(document: dict[str, Any]) -> None:
        document[name] = value

    return change


NODES: dict[str, Change] = {
    "unknown tag": node({"$": "exec", "v": "1"}),
    "tag that is no text": node({"$": ["list"]}),
    "unknown module": node({"$": "lib", "m": "subprocess", "n": "run"}),
    "module that is refused": node({"$": "module", "n": "ctypes"}),
    "dunder of a module": node({"$": "lib", "m": "math", "n": "__loader__"}),
    "unknown builtin": node({"$": "lib", "m": "", "n": "no_such"}),
    "unknown tool": node({"$": "tool", "n": "search"}),
    "function of no definition": node({"$": "function", "d": 99, "c": []}),
    "function with cells too many": node({"$": "function", "d": 0, "c": [0]}),
    "instance of no class": node({"$": "inst", "c": 3}),
    "instance of a library class": node({"$": "inst", "c": {"$": "lib", "m": "", "n": "int"}, "b": 3}),
    "exception of no class": node({"$": "exc", "c": {"$": "lib", "m": "", "n": "int"}, "a": []}),
    "a part that is missing": node({"$": "partial"}),
    "parts too many": lambda document: document["parts"].append([]),
    "a reference to nothing": node({"$": "ref", "v": 1000}),
    "a pattern that is none": node({"$": "pattern", "p": "(", "f": 0}),
    "alias of an instance": node({"$": "alias", "o": [1], "v": 0}),
    "class of unknown kind": node({"$": "class", "k": "exec", "n": "X", "q": "X"}),
    "class with a bad name": node({"$": "class", "k": "class", "n": "a b", "q": "X", "b": [], "m": None, "doc": None}),
    "name twice": lambda document: document["variables"].append(document["variables"][0]),
    "name of final_answer": (lambda document: document["variables"].append(["final_answer", 1])),
    "names that are no text": field("variables", [[1, 1]]),
    "rows that are none": field("definitions", [[1]]),
    "cells": field("cells", -1),
    "random state": field("random", {"random": [1, 2]}),
    "random state of a module without": field("random", {"math": 1}),
    "a file name that is no cell": lambda document: document["definitions"][0].__setitem__(0, "/etc/passwd"),
    "a line too far down": lambda document: document["definitions"][0].__setitem__(1, 1 << 40),
    "a captured name that is none": lambda document: document["definitions"][0].__setitem__(5, ["a b"]),
}


@pytest.mark.parametrize("name", sorted(NODES))
def test_a_malformed_node_is_refused(name: str, executor: Executor) -> None:
    assert refused(executor, changed(executor.snapshot(), NODES[name]))


def test_a_class_hook_in_the_document_does_not_run(executor: Executor) -> None:
    program = "class B:\n    def __init_subclass__(cls):\n        open('ran', 'w').close()"
    assert executor.run(program).error is None
    assert executor.run("class D(B):\n    pass\nimport os\nos.remove('ran')").error is None
    saved = executor.snapshot()
    executor.restore(saved)
    assert executor.files.list() == []

    def hook_at_once(document: dict[str, Any]) -> None:
        text = json.dumps(document["variables"])
        at = next(row for row in document["variables"] if row[0] == "B")
        at[1]["s"].append(["__init_subclass__", json.loads(text)[0][1]])

    assert refused(executor, changed(saved, hook_at_once))


def test_the_policy_of_the_receiver_holds() -> None:
    with (
        create_executor("local", policy=Policy.standard()) as one,
        create_executor("local", policy=Policy.strict()) as other,
    ):
        assert one.run("import random\nx = 1").error is None
        with pytest.raises(SnapshotError, match="random"):
            other.restore(one.snapshot())
        assert one.run("del random").error is None


@pytest.mark.parametrize("engine", ["interpreter", "restricted"])
@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("def f():\n    return ().__class__.__subclasses__()", "HC101"),
        ("class C:\n    pass\nC.__getattribute__ = lambda self, name: 1", "HC106"),
        ("class C:\n    pass\nc = C()\nc.gi_frame = 1", "HC101"),
        ("def f():\n    pass\nf.gi_frame = 1", "HC101"),
        ("f = object.__subclasses__", "HC101"),
    ],
)
def test_the_language_wall_of_the_receiver_holds(program: str, code: str, engine: str) -> None:
    with create_executor("local", engine="cpython") as one, create_executor("local", engine=engine) as other:
        assert one.run(program).error is None
        with pytest.raises(SnapshotError, match=code):
            other.restore(one.snapshot())


def test_a_variable_with_the_name_of_a_tool_is_refused() -> None:
    with create_executor("local") as executor:
        executor.run("search = 1")
        saved = executor.snapshot()
        executor.send_tools({"search": lambda: 1})
        with pytest.raises(SnapshotError, match="'search' has the name of a tool"):
            executor.restore(saved)


def test_tools_are_off_while_a_snapshot_is_restored() -> None:
    called: list[int] = []
    program = """\
class K:
    def __init__(self):
        self.ready = True
    def __hash__(self):
        return note() or 1 if 'armed' in globals() else 1
d = {K(): 1}
armed = True
"""
    with create_executor("local") as executor:
        executor.send_tools({"note": lambda: called.append(1)})
        assert executor.run(program).error is None
        with pytest.raises(SnapshotError, match="during a run"):
            executor.restore(executor.snapshot())
        assert called == []
        assert executor.run("len(d)").value == 1


def test_a_document_is_what_the_program_left(executor: Executor) -> None:
    document = document_of(executor.snapshot())
    assert [name for name, _ in document["variables"]] == ["math", "f", "C", "c"]
    assert document["variables"][0][1] == {"$": "module", "n": "math"}
    assert document["definitions"][0] == ["<cell 1>", 2, -1, "f", "def f(n):\n    return n + 1", [], None]
    assert document["cells"] == 1
