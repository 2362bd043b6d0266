"""Source that is hard to read: CPython's own error or answer, and a session that lives on."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from typing import Any

import pytest

from executors import create_executor
from sandbox.interpreter.depth import CALLS_DEEP
from sandbox.interpreter.parsing import TOO_COMPLEX
from sandbox.limits import Limits
from tests.reference import answer_of
from tests.test_cases import seen

DEEP = 20_000


def nested(line: str, depth: int, last: str = "pass") -> str:
    return "".join(" " * k + line + "\n" for k in range(depth)) + " " * depth + last


SOURCES = {
    "parentheses": "(" * DEEP + "1" + ")" * DEEP,
    "150 parentheses": "(" * 150 + "1" + ")" * 150,
    "brackets": "[" * DEEP + "]" * DEEP,
    "attributes": "a" + ".b" * DEEP,
    "calls": "f" + "()" * DEEP,
    "subscripts": "x" + "[0]" * DEEP,
    "a sum": "+".join(["1"] * DEEP),
    "a longer sum": "+".join(["1"] * 100_000),
    "an and": " and ".join(["1"] * DEEP),
    "comparisons": "<".join(["1"] * DEEP),
    "90 blocks": nested("if 1:", 90, "x = 1") + "\nx",
    "150 blocks": nested("if 1:", 150),
    "with in with": nested("with x:", 30),
    "for in for": nested("for x in y:", 30),
    "90 functions": nested("def f():", 90),
    "90 classes": nested("class C:", 90),
    "walrus in walrus": "(x := " * 150 + "1" + ")" * 150,
    "patterns": "match 1:\n case " + "(" * 300 + "1" + ")" * 300 + ": pass",
    "clauses": "[x " + "for x in y " * 300 + "]",
    "decorators": "@f\n" * 2000 + "def g(): pass",
    "targets": "x = " * 2000 + "1",
    "strings in a row": "'a' " * DEEP + "\n1",
    "100,000 lines": "x = 1\n" * 99_999 + "x",
    "an int of a megabyte": "len(hex(0x" + "f" * 1_000_000 + "))",
    "an int of 100,000 digits": "1" * 100_000,
    "a string of megabytes": "x = '" + "a" * 3_000_000 + "'\nlen(x)",
    "many statements": "x = 1\n" * 20_000 + "x",
    "many parameters": "def f(" + ",".join(f"a{k}" for k in range(3000)) + "): return a7\n1",
    "many keys": "len({" + ",".join(f"{k}: {k}" for k in range(5000)) + "})",
    "a NUL": "x = 1\0\n",
    "a NUL in a string": "'a\0b'",
    "an invalid escape": "'\\d'",
    "a byte-order mark": "\ufeffx = 1\nx",
    "a second byte-order mark": "x = 1\n\ufeffy",
    "a coding cookie": "# -*- coding: latin-1 -*-\nx = 'é'\nx",
    "an unknown coding cookie": "# -*- coding: foo -*-\nx = 1\nx",
    "form feeds": "\fx = 1\n\fx",
    "tabs and spaces": "if 1:\n\tx=1\n        y=2\n",
    "a continuation at the end": "x = 1 \\",
    "a continuation": "x = 1 + \\\n2\nx",
    "carriage returns and line feeds": "x = '''a\r\nb'''\r\nx",
    "carriage returns": "x = 1\ry = 2\rx, y",
    "letters that are normalised": "ｆｕｌｌ = 3\nfull",
    "letters that look alike": "ϕ = 1\nφ = 2\nа = 3\na = 4\nϕ, φ, а, a",
    "a direction mark in a string": "x = 'a\u202eb'\nlen(x)",
    "a direction mark in a name": "x\u202e = 1",
    "no letter": "😀 = 1",
    "nothing closed": "(",
    "no string closed": "'''abc",
    "an unnamed look-alike attribute": "class C: pass\ngetattr(C(), 'ｆｕｌｌ', 1)",
}


@pytest.mark.parametrize("name", SOURCES)
def test_source_is_answered_as_cpython_does(name: str) -> None:
    with create_executor("local", enclosure="inprocess", min_isolation="none", limits=Limits(wall_s=60)) as executor:
        result = executor.run(SOURCES[name])
        assert seen(result) == answer_of(SOURCES[name]), result.error
        assert executor.run("1 + 1").value == 2


@pytest.mark.parametrize("name", SOURCES)
def test_source_is_answered_in_the_jail_as_cpython_does(name: str) -> None:
    wanted = answer_of(SOURCES[name])
    with create_executor("local", limits=Limits(wall_s=60)) as executor:
        answer = seen(executor.run(SOURCES[name]))
        if wanted.error == "RecursionError":  # where it is noticed depends on how deep the engine may go
            answer = dataclasses.replace(answer, message=wanted.message)
        assert answer == wanted
        assert executor.run("1 + 1").value == 2


TOO_DEEP = {
    "minus signs": "-" * DEEP + "1",
    "not": "not " * DEEP + "1",
    "powers": "**".join(["1"] * DEEP),
    "lambdas": "lambda: " * 5000 + "1",
    "conditional expressions": "1 if 1 else " * DEEP + "1",
}


@pytest.mark.parametrize("name", TOO_DEEP)
def test_what_the_parsers_stack_does_not_hold_is_no_memory_limit(bench: Callable[..., Any], name: str) -> None:
    assert answer_of(TOO_DEEP[name]).error == "MemoryError"
    engine = bench()
    error = engine.run(TOO_DEEP[name]).error
    assert (error.kind, error.type, error.message) == ("guest", "MemoryError", TOO_COMPLEX)
    assert engine.value("1 + 1") == 2
    caught = f"try: eval({TOO_DEEP[name]!r})\nexcept MemoryError as e: caught = str(e)\ncaught"
    assert engine.value(caught) == TOO_COMPLEX


def test_a_chain_of_elif_is_compiled_or_told_as_recursion(bench: Callable[..., Any]) -> None:
    engine = bench()
    assert engine.run("if 0: pass\n" + "elif 0: pass\n" * 5000).error.type == "RecursionError"
    assert engine.value("if 0: x = 0\n" + "elif 0: x = 1\n" * 100 + "else: x = 2\nx") == 2


GATED = {
    "().__ｇetstate__": "HC101",
    "().__class__.__ｓubclasses__": "HC101",
    "def __ｉmport__(): pass\n__ｉmport__('os')": "HC103",
    "__ｂuiltins__": "HC103",
    "class C:\n    def __ｒeduce__(self): pass": "HC106",
    "import ｏs as x\nx.ｓystem": "HC202",
    "(lambda: 0).__ｇlobals__": "HC101",
    "f'{().__class__.__ｓubclasses__}'": "HC101",
    "x = 0\nx.__ｇlobals__ = 1": "HC101",
    "match 1:\n    case int(__ｇlobals__=x): pass": "HC101",
}


@pytest.mark.parametrize("code", GATED)
def test_names_meet_the_gate_as_they_are_normalised(bench: Callable[..., Any], code: str) -> None:
    assert getattr(bench().run(code).error, "code", "") == GATED[code]


def test_names_in_strings_are_not_normalised(bench: Callable[..., Any]) -> None:
    assert bench().value("class C: pass\nC.full = 1\nhasattr(C, 'full'), hasattr(C, 'ｆｕｌｌ')") == (True, False)


RECURSIVE = {
    "calls": "def f(): return f()\nf()",
    "repr": "class A:\n    def __repr__(self): return repr(self)\nx = repr(A())",
    "comparison": "class A:\n    def __eq__(self, other): return self == other\nA() == A()",
    "attribute": "class A:\n    def __getattr__(self, name): return self.other\nA().x",
    "sorted": "def f(x): return sorted([1, 2], key=f)\nf(1)",
    "map": "def f(x): return list(map(f, [1]))\nf(1)",
    "substitution": "import re\ndef f(m): return re.sub('a', f, 'a')\nf(1)",
    "reduce": "import functools\ndef f(a, b): return functools.reduce(f, [1, 2])\nf(1, 2)",
    "cache": "import functools\n@functools.cache\ndef f(n): return f(n + 1)\nf(0)",
    "generators": "def f(n):\n    if n: yield from f(n - 1)\nlist(f(100_000))",
    "coroutines": "import asyncio\nasync def f(n): return await f(n + 1)\nasyncio.run(f(0))",
    "context managers": "from contextlib import contextmanager\n@contextmanager\ndef c(n):\n    with c(n + 1): yield\n"
    "with c(0): pass",
    "nested lists": "x = []\nfor _ in range(100_000): x = [x]\nx = repr(x)",
    "nested tuples": "x, y = (), ()\nfor _ in range(100_000): x, y = (x,), (y,)\nx == y",
    "deepcopy": "import copy\nx = []\nfor _ in range(100_000): x = [x]\nx = copy.deepcopy(x)",
    "json": "import json\njson.loads('[' * 100_000)",
    "patterns": "import re\nre.compile('(' * 50_000 + ')' * 50_000)",
    "eval": "x = 'eval(x)'\neval(x)",
}


@pytest.mark.parametrize("name", RECURSIVE)
def test_recursion_is_told_and_the_session_lives_on(bench: Callable[..., Any], name: str) -> None:
    engine = bench(wall_s=60)
    assert engine.run(RECURSIVE[name]).error.type == "RecursionError"
    assert engine.value("def f(n): return n and f(n - 1)\nf(300)") == 0


DEEP_CALLS = {
    "functions": "def f(n):\n    global depth\n    depth = n\n    return f(n + 1)\nf(1)",
    "blocks": "def f(n):\n    global depth\n    depth = n\n    for _ in [1]:\n        if n:\n            while True:\n"
    "                try:\n                    return f(n + 1)\n                finally: pass\nf(1)",
    "keywords": "def f(n, *, k=0, **more):\n    global depth\n    depth = n\n    return f(n=n + 1, **more)\nf(1, a=2)",
    "methods": "class A:\n    def f(self, n):\n        global depth\n        depth = n\n        return self.f(n + 1)\n"
    "A().f(1)",
    "lambdas": "def note(n):\n    global depth\n    depth = n\nf = lambda n: (note(n), f(n + 1))\nf(1)",
    "decorators": "def outer(g):\n    def inner(*args): return g(*args)\n    return inner\n"
    "@outer\ndef f(n):\n    global depth\n    depth = n\n    return f(n + 1)\nf(1)",
    "properties": "class A:\n    n = 0\n    @property\n    def x(self):\n        global depth\n"
    "        depth = self.n = self.n + 1\n        return self.x\nA().x",
    "comprehensions": "def f(n):\n    global depth\n    depth = n\n    return [f(n + 1) for _ in [1]]\nf(1)",
    "matches": "def f(n):\n    global depth\n    depth = n\n    match n:\n        case int(): return f(n + 1)\nf(1)",
}
DEEP_NATIVE_CALLS = {
    "generators": "def f(n):\n    global depth\n    depth = n\n    yield from f(n + 1)\nlist(f(1))",
    "loops over generators": "def f(n):\n    global depth\n    depth = n\n    for x in f(n + 1): yield x\nlist(f(1))",
    "generator expressions": "def f(n):\n    global depth\n    depth = n\n    return list(f(n + 1) for _ in [1])\nf(1)",
    "coroutines": "import asyncio\nasync def f(n):\n    global depth\n    depth = n\n    return await f(n + 1)\n"
    "asyncio.run(f(1))",
    "sort keys": "def f(n):\n    global depth\n    depth = n\n    return sorted([n + 1], key=f)\nf(1)",
    "map": "def f(n):\n    global depth\n    depth = n\n    return list(map(f, [n + 1]))\nf(1)",
    "cache": "import functools\n@functools.cache\ndef f(n):\n    global depth\n    depth = n\n    return f(n + 1)\n"
    "f(1)",
    "classes": "class A:\n    def __init__(self, n):\n        global depth\n        depth = n\n        A(n + 1)\nA(1)",
    "eval": "def f(n):\n    global depth\n    depth = n\n    return eval('f(n + 1)')\nf(1)",
} | {
    name: f"class A:\n    n = 0\n    def {name}(self, *args):\n        global depth\n"
    f"        depth = self.n = self.n + 1\n"
    f"        return {again}\na = A()\n{again.replace('self', 'a')}"
    for name, again in {
        "__repr__": "repr(self)",
        "__eq__": "self == 1",
        "__getattr__": "self.x",
        "__add__": "self + 1",
        "__getitem__": "self[1]",
        "__call__": "self()",
        "__format__": "f'{self}'",
        "__iter__": "list(self)",
        "__bool__": "bool(self)",
        "__contains__": "1 in self",
    }.items()
}  # fmt: skip


@pytest.mark.parametrize("where", ["jailed", "in process"])
@pytest.mark.parametrize("name", [*DEEP_CALLS, *DEEP_NATIVE_CALLS])
def test_calls_nest_as_deep_as_is_stated(name: str, where: str) -> None:
    inside: dict[str, Any] = {"enclosure": "inprocess", "min_isolation": "none"} if where == "in process" else {}
    stated = CALLS_DEEP.in_process if inside else CALLS_DEEP.jailed
    with create_executor("local", limits=Limits(wall_s=60), **inside) as executor:
        error = executor.run("depth = 0\n" + (DEEP_CALLS | DEEP_NATIVE_CALLS)[name]).error
        assert error.type == "RecursionError", error
        assert executor.run("depth").value >= (stated if name in DEEP_CALLS else CALLS_DEEP.native)


def test_lone_surrogates_are_cpythons_error(bench: Callable[..., Any]) -> None:
    for code in ("'\ud800'", "x = 1 # \udc80"):
        with pytest.raises(UnicodeEncodeError) as raised:
            compile(code, "x", "exec")
        error = bench().run(code).error
        assert (error.type, error.message) == ("UnicodeEncodeError", str(raised.value)), sys.version
