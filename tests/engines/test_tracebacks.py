"""Tracebacks of guest code are those of CPython, to the caret: only frames of the library are left out.

``failing_statements.txt`` has statements that fail, each in its own way; each is run at module level, in a function,
in a generator and in a coroutine, and what ``traceback.format_exc`` says of it is compared with this CPython.
"""

from __future__ import annotations

import io
import linecache
import re
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines.conftest import Bench

STATEMENTS = (Path(__file__).parent / "failing_statements.txt").read_text(encoding="utf-8").split("\n---\n")
END = "=== end of a traceback ===\n"
HEAD = """import asyncio, contextlib, functools, logging, sys, traceback
class Bad:
    def __bool__(self): raise ValueError("bool")
    def __iter__(self): raise ValueError("iter")
    def __eq__(self, other): raise ValueError("eq")
    __hash__ = None
    def __enter__(self): return 1
    def __exit__(self, *exc): raise ValueError("exit")
    def method(self, *a, **k): raise ValueError("method")
    @property
    def prop(self): raise ValueError("prop")
    @prop.setter
    def prop(self, value): raise ValueError("set")
    def __getitem__(self, key): raise ValueError("get")
    def __setitem__(self, key, value): raise ValueError("setitem")
    def __delitem__(self, key): raise ValueError("delitem")
    def __add__(self, other): raise ValueError("add")
    def __iadd__(self, other): raise ValueError("iadd")
    def __call__(self, *a, **k): raise ValueError("call")
    def __format__(self, spec): raise ValueError("format")
    def __lt__(self, other): return self
def f(*a, **k): raise ValueError("f")
def one(a): return a
"""
VARIABLES = "bad, n, s, l, d, none = Bad(), 1, 's', [1, 2], {'k': 1}, None\n"
PLACES = {
    "module": ("", ""),
    "function": ("def g():", "g()"),
    "generator": ("def g():\n    yield", "list(g())"),
    "coroutine": ("async def g():\n    await asyncio.sleep(0)", "asyncio.run(g())"),
}
LIBRARY_FRAME = re.compile(r'^(?:[ |]*)  File "/[^\n]*\n(?:(?:[ |]*)    [^\n]*\n)*', re.MULTILINE)


def program(statement: str, place: str) -> str:
    """The statement where it is to fail, in a ``try`` that prints the traceback."""
    head, call = PLACES[place]
    body = VARIABLES + statement + "\n"
    inner = body if not head else f"{head}\n{textwrap.indent(body, '    ')}{call}\n"
    tail = "except BaseException: print(traceback.format_exc(), end='')\n"
    return f"try:\n{textwrap.indent(inner, '    ')}{tail}print({END!r}, end='')\n"


def on_cpython(code: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What this CPython prints, without the frames of its library."""
    stdout = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setitem(linecache.cache, "<cell 1>", (len(code), None, code.splitlines(keepends=True), "<cell 1>"))
    exec(compile(code, "<cell 1>", "exec", dont_inherit=True), {"__name__": "__main__"})
    monkeypatch.undo()
    return LIBRARY_FRAME.sub("", stdout.getvalue())


@pytest.mark.parametrize("place", PLACES)
def test_tracebacks_are_those_of_cpython(
    place: str, bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code = HEAD + "".join(program(statement, place) for statement in STATEMENTS)
    engine = bench(wall_s=600)
    engine.value(code)
    monkeypatch.chdir(tmp_path)
    wanted = on_cpython(code, monkeypatch).split(END)
    found = engine.stdout.getvalue().split(END)
    assert len(wanted) == len(found) == len(STATEMENTS) + 1
    assert [statement for statement, text in zip(STATEMENTS, wanted, strict=False) if not text] == []
    different = [
        f"{statement}\n--- CPython\n{one}--- here\n{other}"
        for statement, one, other in zip(STATEMENTS, wanted, found, strict=False)
        if one != other
    ]
    assert len(different) == 0, "\n\n".join(different)


def test_there_are_many_statements() -> None:
    assert len(STATEMENTS) >= 430
    assert len(set(STATEMENTS)) == len(STATEMENTS)
