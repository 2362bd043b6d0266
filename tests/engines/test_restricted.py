"""The engine ``restricted`` where it is unlike the interpreter: hooks, its namespace, what it tells of a run."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine import EngineHost, Outcome, Place
from sandbox.engines import load_engine
from sandbox.errors import GuestError, PolicyViolation
from sandbox.interpreter.compilation import Reading
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.restricted.transformer import transformed


def run(engine: str, cell: Path, *codes: str, policy: Policy | None = None) -> tuple[Outcome, str]:
    """The outcome of the last cell, and what was printed."""
    out = io.StringIO()
    host = EngineHost(
        policy or Policy.standard(), Limits(), out, out, Place(str(cell)), lambda *_: None, lambda *_: None, True
    )
    made = load_engine(engine, host)
    outcomes = [made.run(code) for code in codes]
    return outcomes[-1], out.getvalue()


def test_an_attribute_of_a_package_that_is_only_read_is_looked_at(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    code = "import numpy\ndef read(array):\n    method = array.tofile\n    return method\nread(numpy.arange(3))"
    outcome, _ = run("restricted", tmp_path, code, policy=Policy.data_science())
    assert isinstance(outcome.error, PolicyViolation)
    assert outcome.error.code == "HC202"


@pytest.mark.parametrize(
    "code",
    [
        "globals()['.type'] = str",
        "globals().update({'.direct': {type}})",
        "globals()['__builtins__'] = {}",
        "globals().pop('.tick', None)",
    ],
)
def test_hooks_are_no_names_of_the_guest(code: str, tmp_path: Path) -> None:
    outcome, _ = run("restricted", tmp_path, code)
    assert isinstance(outcome.error, PolicyViolation)
    assert outcome.error.code == "HC103"


def test_the_namespace_shows_neither_builtins_nor_hooks(tmp_path: Path) -> None:
    code = "x = 1\n(list(globals()), globals().get('__builtins__'), '.type' in globals(), dir())"
    outcome, _ = run("restricted", tmp_path, code)
    names: Any = outcome.value
    assert names == (["__name__", "__doc__", "x"], None, False, ["__doc__", "__name__", "x"])


def test_a_class_body_cannot_stand_in_for_hooks(tmp_path: Path) -> None:
    code = """
import pathlib
class C:
    for hook in ("type", "direct", "load", "guard", "Gate", "special"):
        locals()["." + hook] = lambda *given: pathlib
    found = [pathlib.Path.stat][0]
C.found is pathlib.Path.stat, str(C.found)
"""
    outcome, _ = run("restricted", tmp_path, code)
    assert outcome.value == (False, "<function CellPath.stat>")


@pytest.mark.parametrize(
    "binding", ["(self := other)", "[self := each for each in [other]]", "for self in [other]: pass"]
)
def test_a_method_whose_object_is_bound_anew_looks_again(binding: str, tmp_path: Path) -> None:
    code = f"""
import pathlib
class C:
    def method(self, other):
        self.x = 1
        {binding}
        return self.stat
str(C().method(pathlib.Path))
"""
    outcome, _ = run("restricted", tmp_path, code)
    assert outcome.value == "<function CellPath.stat>"


def test_variables_of_the_transformer_are_not_shown(tmp_path: Path) -> None:
    code = """
class C:
    def method(self, a, b):
        product = (a + b) * (b - a)
        return sorted(locals()), self.method.__code__.co_varnames
C().method(1, 2)
"""
    outcome, _ = run("restricted", tmp_path, code)
    assert outcome.value == (["a", "b", "product", "self"], ("self", "a", "b", "product"))


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    final_answer(5)\nfinally:\n    print('finally')",
        "try:\n    final_answer(5)\nexcept BaseException:\n    print('handler')",
        """
class Manager:
    def __enter__(self): return self
    def __exit__(self, *given): print('told'); return True
with Manager():
    final_answer(5)
print('went on')
""",
    ],
)
def test_what_ended_the_run_passes_without_code_of_the_guest(code: str, tmp_path: Path) -> None:
    outcome, printed = run("restricted", tmp_path, code)
    assert (outcome.value, outcome.is_final_answer, printed) == (5, True, "")


def test_a_node_that_nobody_reviewed_is_refused(tmp_path: Path) -> None:
    class Unknown(ast.Pass):
        """As from a later Python."""

    out = io.StringIO()
    parts = (Place(str(tmp_path)), lambda *_: None, lambda *_: None, True)
    runtime = load_engine("restricted", EngineHost(Policy.standard(), Limits(), out, out, *parts)).runtime  # type: ignore[attr-defined]
    read = Reading(runtime, "x = 1", "<cell 1>")
    read.tree.body.append(ast.copy_location(Unknown(), read.tree.body[0]))
    _, refused = transformed(runtime, read.tree, read.found)
    assert [(each.code, each.what) for each in refused] == [("HC301", "Unknown statements are not allowed.")]


def test_what_the_transformer_refuses_has_line_and_column(tmp_path: Path) -> None:
    outcome, _ = run("restricted", tmp_path, "class C:\n    match 1:\n        case (str(), int(x)): pass")
    error = outcome.error
    assert isinstance(error, PolicyViolation)
    assert (error.code, error.line, error.column) == ("HC301", 3, 22)


NO_MAPPING = "__main__.f() argument after ** must be a mapping, not K"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("keys = property(lambda self: self.nothing)", NO_MAPPING),
        ("def keys(self): return self.nothing", NO_MAPPING),
        ("def keys(self): return map(lambda name: self.nothing, 'a')", NO_MAPPING),
        ("def keys(self): return 'a'\n    def __getitem__(self, name): return self.nothing", NO_MAPPING),
        ("def keys(self): return 3", "K.keys() returned a non-iterable (type int)"),
        ("def keys(self): return 'a'", "'K' object is not subscriptable"),
        ("def keys(self): raise TypeError('own')", "own"),
    ],
)
@pytest.mark.parametrize("call", ["f(**K())", "f(b=1, **K())"])
def test_a_mapping_that_fails_is_told_by_its_own_class(body: str, told: str, call: str, tmp_path: Path) -> None:
    code = f"def f(**given): pass\nclass K:\n    {body}\n{call}"
    with pytest.raises(TypeError, match=re.escape(told) + "$"):
        exec(code, {"__name__": "__main__"})
    outcome, _ = run("restricted", tmp_path, code)
    assert isinstance(outcome.error, GuestError)
    assert outcome.error.type == "TypeError"
    assert outcome.error.message == told
