"""The analysis: which sources CPython's compiler need not judge, and refusals that are found before anything runs."""

from __future__ import annotations

import ast
import importlib.util
import textwrap
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.interpreter.analysis import _VISITORS, analyse
from sandbox.interpreter.unit import (
    EXPRESSIONS,
    PATTERNS,
    STATEMENTS,
    SUSPENDED_EXPRESSIONS,
    SUSPENDED_STATEMENTS,
    Ready,
)
from tests.engines.conftest import Bench

# What the parser lets pass and the compiler refuses.
WRONG = [
    "return",
    "class C:\n return 1",
    "def f():\n class C:\n  return 1",
    "break",
    "continue",
    "if 1: break",
    "for x in y: pass\nelse: break",
    "while x:\n class C:\n  break",
    "for x in y:\n def f(): continue",
    "try: pass\nexcept: pass\nexcept E: pass",
    "def f(a, a): pass",
    "lambda a, *, a: 0",
    "f(a=1, a=2)",
    "class C(metaclass=M, metaclass=M): pass",
    "nonlocal x",
    "def f():\n x = 1\n global x",
    "def f(x):\n global x",
    "def f():\n nonlocal missing",
    "yield 1",
    "x = yield",
    "class C:\n x = yield",
    "def f():\n [(yield) for x in y]",
    "def f():\n class C: (yield)",
    "await x",
    "def f():\n await x",
    "def f():\n async for x in y: pass",
    "def f():\n async with x: pass",
    "def f():\n [x async for x in y]",
    "async def f():\n yield 1\n return 2",
    "async def f():\n yield from x",
    "*a, *b = c",
    "*a = b",
    "*a",
    "x = *a",
    "for *x in y: pass",
    "with a as *b: pass",
    "[x for *x in y]",
    "[x := 1 for x in y]",
    "[x for x in (y := z)]",
    "class C:\n [(x := y) for y in z]",
    "from __future__ import braces",
    "x = 1\nfrom __future__ import annotations",
    "def f():\n from a import *",
    "match x:\n case a: pass\n case b: pass",
    "match x:\n case [a, a]: pass",
    "match x:\n case [a] | [b]: pass",
    "match x:\n case [*a, *b]: pass",
    "try: pass\nexcept* E: return",
    "while x:\n try: pass\n except* E: break",
    "def f() -> (yield): pass",
    "def f():\n x: (yield) = 1",
    "".join(f"{' ' * k}for x in y:\n" for k in range(21)) + " " * 21 + "pass",
    "".join(f"{' ' * k}with x, y, z:\n" for k in range(7)) + " " * 7 + "pass",
]


def refused_by_compiler(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "x", "exec", dont_inherit=True)
        except SyntaxError:
            return True
    return False


def parsed(source: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None


@pytest.mark.parametrize("source", WRONG)
def test_what_only_the_compiler_refuses_is_not_plain(source: str) -> None:
    tree = parsed(source)
    if tree is None or not refused_by_compiler(source):
        pytest.skip("this Python's parser or compiler sees it otherwise")
    assert not analyse(tree).plain


@pytest.mark.parametrize(
    "source",
    [
        "import os\nfrom a.b import c as d\nx = [y * 2 for y in z if y]\ndel x",
        "class C(B, k=1):\n a: int = 1\n def m(self, *a, k=2, **b) -> str:\n  return f'{self.x!r:>{k}}'",
        "def f(xs):\n for x in xs:\n  if x: continue\n  try: break\n  except E as e: raise T from e\n  finally: x += 1",
        "def g(n):\n with open(n) as f:\n  for line in f: yield line\n x = yield\n yield from f",
        "print(*a, sep='', **k)\nb = [*a, {**c}, (1, *d)]\nwhile x:\n if y: break\nelse: assert z, 'why'",
        "ordered = sorted(d.items(), key=lambda kv: (-kv[1], kv[0]))[:3]\nx.y[1:2] = a if b else c",
    ],
)
def test_typical_code_is_plain(source: str) -> None:
    tree = parsed(source)
    assert tree is not None and analyse(tree).plain


def texts_of_the_language_tests() -> Iterator[str]:
    """Every string in CPython's own tests of syntax, as it stands and inside a function and a class."""
    spec = importlib.util.find_spec("test")
    folder = Path(spec.origin).parent if spec is not None and spec.origin is not None else Path()
    for name in (
        "test_syntax",
        "test_scope",
        "test_patma",
        "test_named_expressions",
        "test_unpack_ex",
        "test_generators",
    ):
        path = folder / f"{name}.py"
        if not path.exists():
            pytest.skip(f"this Python comes without Lib/test/{name}.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = textwrap.dedent(node.value)
                yield text
                yield from (line.removeprefix(">>> ") for line in text.splitlines() if line.startswith(">>> "))
                for head in ("def f():\n", "async def f():\n", "class C:\n"):
                    yield head + textwrap.indent(text, " ")


def test_no_syntax_error_of_the_language_tests_is_plain() -> None:
    wrong, judged = [], 0
    for text in texts_of_the_language_tests():
        tree = parsed(text)
        if tree is not None and "__debug__" not in text and refused_by_compiler(text):
            judged += 1
            if analyse(tree).plain:
                wrong.append(text)
    assert wrong == []
    assert judged >= 300


def test_every_compiled_node_is_analysed_and_the_other_way_round() -> None:
    tables = (EXPRESSIONS, STATEMENTS, SUSPENDED_EXPRESSIONS, SUSPENDED_STATEMENTS, PATTERNS)
    compiled = {node for table in tables for node in table} - {Ready}
    inside_others = {ast.Starred, ast.ExceptHandler, ast.match_case, ast.MatchStar}
    assert compiled - set(_VISITORS) == set()
    assert set(_VISITORS) - compiled == inside_others


@pytest.mark.parametrize(
    "body",
    [
        "x.__globals__",
        "x.gi_frame = 1",
        "__import__('os')",
        "f(__class__=1)",
        "from . import a",
        "def g(): x.__subclasses__",
    ],
)
def test_what_is_refused_in_a_function_never_called_is_refused_before_the_run(
    body: str, bench: Callable[..., Bench]
) -> None:
    cell = bench()
    outcome = cell.run(f"print('ran')\ndef never():\n {body}")
    assert type(outcome.error).__name__ == "PolicyViolation"
    assert (outcome.error.line, cell.stdout.getvalue()) == (3, "")


def test_a_function_first_called_at_the_recursion_limit_is_compiled_later(bench: Callable[..., Bench]) -> None:
    code = (
        "def late(n):\n    return [k * 2 for k in range(n) if k % 2]\n"
        "def down(n):\n    try:\n        return down(n + 1)\n    except RecursionError:\n        pass\n"
        "    try:\n        late(4)\n    except RecursionError:\n        raise ValueError(n > 100)\n    return n\n"
        "try: down(0)\nexcept ValueError as error: print(error)\nlate(4)"
    )
    assert bench().value(code) == [2, 6]
