"""Reading source without running it: what is found, where, and that it is what a run comes to."""

from __future__ import annotations

import ast
import functools
import io
from collections.abc import Iterable
from pathlib import Path

import pytest

from sandbox.engine import EngineHost, Place, Stop
from sandbox.engines import load_engine
from sandbox.errors import PolicyViolation
from sandbox.findings import MOST_TEXT, Finding
from sandbox.interpreter import Interpreter, analysis
from sandbox.interpreter.reading import FAULTS
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.restricted import Restricted
from sandbox.scanning import MOST_FINDINGS

TESTS = Path(__file__).resolve().parents[1]
HELD = {
    "cases": sorted((TESTS / "cases").rglob("*.py")),
    "wall": sorted((TESTS / "engines" / "wall").rglob("*.py")),
    "honest": sorted((TESTS / "honest").rglob("*.py")),
}


def host(policy: Policy | None = None, limits: Limits | None = None) -> EngineHost:
    """An engine's host without a worker."""
    return EngineHost(
        policy=policy or Policy.standard(),
        limits=limits or Limits(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        cell=Place("/nonexistent"),
        call_tool=lambda *_: None,
        emit=lambda *_: pytest.fail("a reader tells no event"),
    )


def read(
    code: str, *, engine: str = "interpreter", policy: Policy | None = None, tools: Iterable[str] = ()
) -> list[Finding]:
    """What an engine finds."""
    made = load_engine(f"scan:{engine}", host(policy))
    made.set_tools(list(tools))
    value = made.run(code).value
    assert isinstance(value, list)
    return [Finding.from_row(row) for row in value[0]]


def told(code: str, **options: object) -> list[tuple[object, ...]]:
    """The findings in short."""
    return [
        (each.code or each.type, each.when, each.line, each.column, each.end_line, each.end_column)
        for each in read(code, **options)  # type: ignore[arg-type]
    ]


class Sides:
    """An engine that compiles, and one that reads; neither runs anything."""

    def __init__(self, engine: type[Interpreter]) -> None:
        quiet = functools.partial(host, Policy.data_science())
        self.compiler = engine(EngineHost(**{**vars(quiet()), "emit": lambda *_: None}))
        self.reader = engine(EngineHost(**{**vars(quiet()), "emit": lambda *_: None}))
        for made in (self.compiler, self.reader):
            made.set_tools(["search"])

    def stops_at(self, code: str) -> tuple[object, ...] | None:
        """What compiling it comes to: code or type, message and place; None: it would run."""
        try:
            return self.compiler.inside(self._fault_of, code)  # type: ignore[no-any-return]
        except Stop as stop:
            error = stop.error
            assert isinstance(error, PolicyViolation)
            return error.code, error.message.partition(" (also refused")[0], error.line

    def _fault_of(self, code: str) -> tuple[object, ...] | None:
        engine = self.compiler
        filename = engine._begin(code)
        with engine._deep():
            try:
                engine._compiled(code, filename)
            except FAULTS as fault:
                described = engine._describe(fault, filename)
                return described.code or described.type, described.message[:MOST_TEXT], described.line
        return None

    def finds(self, code: str) -> tuple[object, ...] | None:
        """The first finding of what would not even begin, in the same words."""
        found = [each for each in self.reader.read(code, 100)[0] if each.when == "before"]
        return (found[0].code or found[0].type, found[0].message, found[0].line) if found else None


@pytest.mark.parametrize(
    ("area", "engine"),
    [
        ("cases", Interpreter),
        ("cases", Restricted),
        ("wall", Interpreter),
        ("wall", Restricted),
        ("honest", Interpreter),
    ],
)
def test_the_first_finding_is_what_a_run_stops_at(area: str, engine: type[Interpreter]) -> None:
    sides = Sides(engine)
    codes = {path: path.read_text(encoding="utf-8") for path in HELD[area]}
    both = {path: (sides.stops_at(code), sides.finds(code)) for path, code in codes.items()}
    assert {str(path): pair for path, pair in both.items() if pair[0] != pair[1]} == {}
    refused = [pair[0] for pair in both.values() if pair[0] is not None]
    assert len(both) >= 150
    assert len(refused) >= {"cases": 5, "wall": 40, "honest": 0}[area]


def test_all_is_found_in_every_function_and_class() -> None:
    code = "x.__globals__\ndef f():\n    def g():\n        class C:\n            def __del__(self): y.gi_frame\n"
    assert told(code + "breakpoint\n") == [
        ("HC101", "before", 1, 1, 1, 14),
        ("HC106", "before", 5, 13, None, None),
        ("HC101", "before", 5, 32, 5, 42),
        ("HC302", "before", 6, 1, 6, 11),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", []),
        ("print(1)", []),
        ("é = '😀'; x = é.__globals__", [("HC101", "before", 1, 14, 1, 27)]),
        ("x = 1\r\ny = (x\r\n  .gi_frame)", [("HC101", "before", 2, 6, 3, 12)]),
        ("x = 1\ry.gi_frame", [("HC101", "before", 2, 1, 2, 11)]),
        ("x = '\x0c\x1c\u2028'; x.gi_frame", [("HC101", "before", 1, 12, 1, 22)]),
        ("f(1, __reduce__=2)", [("HC103", "before", 1, 1, 1, 19)]),
        ("from . import x", [("HC204", "before", 1, 1, 1, 16)]),
        ("from os import *", [("HC203", "before", 1, 1, 1, 17)]),
        ("x = (", [("SyntaxError", "before", 1, 5, None, None)]),
        ("  x = 1", [("IndentationError", "before", 1, 2, None, None)]),
        ("é = 1; return 5", [("SyntaxError", "before", 1, 8, 1, 16)]),
        ("return x.gi_frame", [("SyntaxError", "before", 1, 1, 1, 18), ("HC101", "before", 1, 8, 1, 18)]),
        ("final_answer = 3", []),
        ("def f(final_answer): pass", [("HC104", "before", 1, 7, 1, 19)]),
        ("search = 1\nfor search in (): pass", [("HC104", "before", 1, 1, 1, 7), ("HC104", "before", 2, 5, 2, 11)]),
        ("breakpoint = 1; breakpoint", []),
    ],
)
def test_places_and_codes(code: str, expected: list[tuple[object, ...]]) -> None:
    assert told(code, tools=["search"]) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import socket", [("HC201", "there", 1, 8, 1, 14)]),
        ("import json, socket as s", [("HC201", "there", 1, 14, 1, 25)]),
        ("from os import path, fork", [("HC202", "there", 1, 22, 1, 26)]),
        ("from os import no_such_name", []),
        ("from __future__ import annotations", []),
        ("from os import __loader__", [("HC101", "there", 1, 16, 1, 26)]),
        ("try:\n import socket\nexcept ImportError:\n pass", [("HC201", "caught", 2, 9, 2, 15)]),
        ("try:\n import socket\nexcept (OSError, Exception):\n pass", [("HC201", "caught", 2, 9, 2, 15)]),
        ("try:\n import socket\nexcept OSError:\n pass", [("HC201", "there", 2, 9, 2, 15)]),
        ("try:\n pass\nexcept:\n import socket", [("HC201", "there", 4, 9, 4, 15)]),
        ("try:\n def f():\n  import socket\nexcept:\n pass", [("HC201", "there", 3, 10, 3, 16)]),
        ("import os\ndef f():\n return os.system('x')", [("HC202", "there", 3, 9, 3, 18)]),
        ("import os\nos.path.join('a')\nos.no_such_name", []),
        ("import os as o\no.fork()", [("HC202", "there", 2, 1, 2, 7)]),
        ("import os\ndef f(os): os.system('x')", []),
        ("import os\nimport json as os\nos.fork", []),
        ("import xml.etree\nimport os\ndel os", []),
        ("import os\nos.system.__globals__", [("HC101", "before", 2, 1, 2, 22), ("HC202", "there", 2, 1, 2, 10)]),
    ],
)
def test_imports_and_names_of_modules(code: str, expected: list[tuple[object, ...]]) -> None:
    assert told(code) == expected


def test_what_is_refused_there_is_refused_when_a_run_comes_there() -> None:
    for code in ("import socket", "from os import fork", "import os\nos.system", "from os import __loader__"):
        found, outcome = read(code)[0], load_engine("interpreter", EngineHost(
            **{**vars(host()), "emit": lambda *_: None}
        )).run(code)  # fmt: skip
        assert outcome.error is not None
        assert (outcome.error.code, outcome.error.message, outcome.error.line) == (
            found.code, found.message, found.line
        )  # fmt: skip


def test_the_policy_decides_about_imports() -> None:
    assert told("import csv") == []
    assert told("import csv", policy=Policy.strict()) == [("HC201", "there", 1, 8, 1, 11)]
    assert told("import csv", policy=Policy.strict(imports=["csv"])) == []


def test_under_cpython_syntax_tools_and_imports_are_found() -> None:
    code = "import socket\nfrom ctypes import *\nx.__globals__\nsearch = 1\nfrom . import y\n"
    assert told(code, engine="cpython", tools=["search"]) == [
        ("HC104", "before", 4, 1, 4, 7),
        ("HC201", "there", 1, 8, 1, 14),
        ("HC201", "there", 2, 20, 2, 21),
    ]
    assert told("é = 1; return 5", engine="cpython") == [("SyntaxError", "before", 1, 8, 1, 16)]
    assert told("x = (", engine="cpython") == [("SyntaxError", "before", 1, 5, None, None)]


TRANSFORMERS = "class C:\n    match 1:\n        case int(real=1) | [str(x=1)]: pass\n"
"""What only the transformer refuses: the patterns of its third line."""


def test_what_only_the_transformer_refuses_is_found() -> None:
    assert told(TRANSFORMERS, engine="restricted") == [
        ("HC301", "before", 3, 14, 3, 25),
        ("HC301", "before", 3, 29, 3, 37),
    ]
    assert told(TRANSFORMERS) == []
    assert told("x.gi_frame\nimport socket", engine="restricted") == [
        ("HC101", "before", 1, 1, 1, 11),
        ("HC201", "there", 2, 8, 2, 14),
    ]


@pytest.mark.parametrize(
    "other",
    [
        "search = 1",
        "x.gi_frame",
        "x.gi_frame = y",
        "x.gi_frame += 1",
        "match 1:\n    case x.gi_frame: pass",
        "f(__builtins__=1)",
        "class D:\n    def __del__(self): pass",
        "breakpoint()",
        "from os import *",
        "return 1",
        "*a, *b = c",
        "def f(a, a): pass",
        "def f():\n    nonlocal x",
    ],
)
def test_the_transformer_is_asked_beside_other_refusals(other: str) -> None:
    alone = told(f"{other}\n", engine="restricted", tools=["search"])
    assert alone and "HC301" not in [each[0] for each in alone]
    line = other.count("\n") + 4
    both = [("HC301", "before", line, 14, line, 25), ("HC301", "before", line, 29, line, 37)]
    assert told(f"{other}\n{TRANSFORMERS}", engine="restricted", tools=["search"]) == [*alone, *both]


def test_the_transformers_own_stand_where_a_run_comes_to_them() -> None:
    code = f"import socket\n{TRANSFORMERS}x.gi_frame"
    assert [each[:3] for each in told(code, engine="restricted")] == [
        ("HC301", "before", 4), ("HC301", "before", 4), ("HC101", "before", 5), ("HC201", "there", 1)
    ]  # fmt: skip
    sides = Sides(Restricted)
    assert sides.stops_at(code) == sides.finds(code)


def test_many_findings_are_counted_with_the_transformers_own() -> None:
    reader = Restricted(host())
    code = TRANSFORMERS + "x.gi_frame;" * 9
    counted = [(len(found), more) for found, more in (reader.read(code, most) for most in (1, 5, 10, 11, 12))]
    assert counted == [(1, 10), (5, 6), (10, 1), (11, 0), (11, 0)]


def test_a_run_names_all_that_is_refused_too() -> None:
    quiet = EngineHost(**{**vars(host()), "emit": lambda *_: None})
    error = Restricted(quiet).run(f"x.gi_frame\n{TRANSFORMERS}").error
    assert isinstance(error, PolicyViolation)
    assert (error.code, error.line, error.column) == ("HC101", 1, 1)
    assert error.message.endswith("(also refused: line 4 HC301)")


def test_syntax_that_the_analysis_does_not_know_is_told_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(analysis._VISITORS, ast.Set, analysis._VISITORS[ast.AST])
    code = f"{{(lambda: 1)() for x in ()}}\n{{lambda: 1}}\nx.gi_frame\n{TRANSFORMERS}"
    assert [each[::2] for each in told(code, engine="restricted")] == [("HC301", 2, 2), ("HC101", 3, 3)]


def test_reading_runs_nothing() -> None:
    engine = Interpreter(host())
    assert engine.read("x = 1\nprint(x)\nfinal_answer(x)", 10) == ([], 0)
    assert engine.variables() == {}


@pytest.mark.parametrize("code", ["(" * 5000, "x" + ".a" * 50_000, "-" * 100_000 + "1", "x = 1\0", "x = '\ud800'"])
def test_source_that_cannot_be_compiled_is_found(code: str) -> None:
    found = read(code)
    assert [each.when for each in found] == ["before"]
    assert found[0].code == "" and found[0].what


def test_many_findings_are_counted_and_not_told() -> None:
    value = load_engine("scan:interpreter", host()).run("x.gi_frame;" * (MOST_FINDINGS + 7)).value
    assert isinstance(value, list)
    assert (len(value[0]), value[1]) == (MOST_FINDINGS, 7)


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        ["policy", "PolicyViolation", "HC101", "x", "before", 1, 1, 1],
        ["policy", "PolicyViolation", "HC999", "x", "before", 1, 1, 1, 2],
        ["policy", "PolicyViolation", "", "x", "before", 1, 1, 1, 2],
        ["fate", "PolicyViolation", "HC101", "x", "before", 1, 1, 1, 2],
        ["policy", "PolicyViolation", "HC101", "x", "never", 1, 1, 1, 2],
        ["policy", "PolicyViolation", "HC101", "x" * 301, "before", 1, 1, 1, 2],
        ["policy", "PolicyViolation", "HC101", 7, "before", 1, 1, 1, 2],
        ["policy", "PolicyViolation", "HC101", "x", "before", 0, 1, 1, 2],
        ["policy", "PolicyViolation", "HC101", "x", "before", True, 1, 1, 2],
        ["policy", "PolicyViolation", "HC101", "x", "before", 1, 1 << 31, 1, 2],
    ],
)
def test_a_workers_row_is_checked(row: object) -> None:
    with pytest.raises(ValueError, match="a finding"):
        Finding.from_row(row)


def test_an_engine_that_cannot_read_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown engine 'steam'"):
        load_engine("scan:steam", host())
