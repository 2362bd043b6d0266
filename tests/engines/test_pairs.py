"""Programs that come to the same on both guarded engines, value, output and operations; where not, a row of the table
of divergences says so, and must be right.
"""

from __future__ import annotations

import gc
import io
from pathlib import Path

import pytest

from sandbox.engine import EngineHost, Place
from sandbox.engines import load_engine
from sandbox.limits import Limits
from sandbox.policy import Policy
from tests.engines import divergences

PROGRAMS = {
    "a sum over a generator expression": "sum(i for i in range(100))",
    "a recursion": "def f(n): return n and f(n - 1)\nf(20)",
    "a while loop": "n = 0\nwhile n < 7: n += 1\nn",
    "nested comprehensions": "[a * b for a in range(5) for b in range(5)]",
    "a sort key": "sorted([3, 1, 2], key=lambda x: -x)",
    "a big product": "x = [0] * 100_000\ny = 3 ** 50_000\nlen(x), y % 7",
    "how deep calls nest": """
def deepest(n):
    try:
        return deepest(n + 1)
    except RecursionError:
        return n
deepest(0)
""",
    "an operand after the operation": """
import weakref
class Factor:
    def __mul__(self, other): return other
def is_kept():
    seen = []
    def factor():
        made = Factor()
        seen.append(weakref.ref(made))
        return made
    factor() * abs(2)
    return seen[0]() is not None
is_kept()
""",
    "an operand after the call": """
import weakref
class Factor:
    def __mul__(self, other): return other
seen = []
def factor():
    made = Factor()
    seen.append(weakref.ref(made))
    return made
def multiply(): return factor() * abs(2)
multiply(), seen[0]() is None
""",
    "an asynchronous generator that is closed": """
import asyncio
async def numbers():
    try:
        yield 1
    finally:
        print("closed")
async def main():
    made = numbers()
    print(await made.__anext__())
    await made.aclose()
asyncio.run(main())
""",
    "an exception thrown into an asynchronous generator": """
import asyncio
async def numbers(): yield 1
async def main():
    made = numbers()
    print(await made.__anext__())
    try:
        await made.athrow(KeyError("thrown"))
    except KeyError as error:
        print(repr(error))
asyncio.run(main())
""",
}
"""By name, as the table has it in the set ``pair``."""


def answer(engine: str, cell: Path, code: str) -> tuple[tuple[object, str], int]:
    """What a program of no error comes to, and its operations."""
    out = io.StringIO()
    host = EngineHost(Policy.standard(), Limits(), out, out, Place(str(cell)), lambda *_: None, lambda *_: None, True)
    made = load_engine(engine, host)
    gc.disable()  # what is freed when is what some of the programs tell
    try:
        outcome = made.run(code)
    finally:
        gc.enable()
    assert outcome.error is None, outcome.error
    return (outcome.value, out.getvalue()), outcome.ops


@pytest.mark.parametrize("program", PROGRAMS)
def test_both_engines_come_to_the_same(program: str, tmp_path: Path) -> None:
    verdict = divergences.of("restricted", "pair").get(program, "same")
    here, ops = answer("restricted", tmp_path, PROGRAMS[program])
    there, ops_there = answer("interpreter", tmp_path, PROGRAMS[program])
    found = "value" if here != there else "operations" if ops != ops_there else "same"
    assert found == verdict, (here, there, ops, ops_there)
