"""How many operations programs cost: the same numbers on every Python, in process and as in a worker, run after run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COSTS = {
    "x = 1 + 1": 0,
    "for i in range(10): pass": 10,
    "i = 0\nwhile i < 10: i += 1": 10,
    "for i in range(3):\n    for j in range(4): pass": 15,
    "for i in range(10):\n    if i == 4: break\nelse: pass": 5,
    "[x for x in range(5)]": 5,
    "{x: y for x in range(3) for y in range(4)}": 15,
    "sum(x for x in range(7))": 7,
    "def f(): pass\nfor _ in range(5): f()": 10,
    "def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(10)": 177,
    "(lambda a: a)(1)": 1,
    "def g():\n    yield 1\n    yield 2\nlist(g())": 1,
    "def g():\n    for i in range(4): yield i\nfor x in g(): pass": 9,
    "def g():\n    yield from [1, 2, 3]\nlist(g())": 1,
    "class A:\n    def __init__(self): self.x = 1\n    def get(self): return self.x\nA().get()": 2,
    "sorted([3, 1, 2], key=lambda x: -x)": 3,
    "list(map(lambda x: x, [1, 2, 3]))": 6,
    "list(range(1000)), tuple(range(10))": 0,
    "list(range(2000))": 2078,
    "sum(range(2000)), max(range(2000))": 4000,
    "list(zip([1, 2], 'ab')), dict(enumerate('abc'))": 5,
    "import itertools\nlist(itertools.islice(itertools.count(), 100))": 200,
    "import itertools\nlist(itertools.product('ab', repeat=3))": 8,
    "2 ** 10, 3 ** 100, 1 << 100, 10 ** 3": 0,
    "3 ** 100_000": 12_000,
    "1 << 10_000_000": 2605,
    "n = 1_000_000\n[0] * n": 7812,
    "'-' * 80, [0] * 100": 0,
    "n = 1_000_000\n'é' * n": 976,
    "'x'.ljust(100_000)": 97,
    "widen = 'x'.ljust\nwiden(100_000)": 97,
    "n = 100_000\nf'{1:>{n}}'": 97,
    "import math\nmath.factorial(10_000)": 13_122,
    "try: [][0]\nexcept IndexError: pass": 0,
    "match [1, 2]:\n    case [a, b]: pass": 0,
    "import asyncio\nasync def f(): return 1\nasync def main(): return await f()\nasyncio.run(main())": 8,
    "with open('f', 'w') as f: f.write('x')": 0,
    "eval('1 + 1' + ' ' * 100)": 10,
    "import time\ntime.sleep(0.02)": 0,
}


@pytest.mark.parametrize("in_process", [True, False])
@pytest.mark.parametrize("code", COSTS)
def test_a_program_costs_so_many_operations(bench: Callable[..., Any], code: str, in_process: bool) -> None:
    outcome = bench(in_process=in_process).run(code)
    assert outcome.error is None
    assert outcome.ops == COSTS[code]


EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "2", "[1, 2]", "range(1500)", "'ab'", "f(a)", "len(str(a))"]),
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} * {})".format, inner, inner),
        st.builds("list({})".format, inner),
        st.builds("sum(map(int, {}))".format, inner),
        st.builds("[x for x in {}]".format, inner),
        st.builds("f({})".format, inner),
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(
    st.builds("a = {}".format, EXPRESSIONS),
    st.builds("b = [{}]".format, EXPRESSIONS),
    st.builds("for x in range(3): b = {}".format, EXPRESSIONS),
    st.builds("try: a = {}\nexcept Exception: b = 1".format, EXPRESSIONS),
)
BEGINNING = "a, b = 3, [4]\ndef f(x):\n    for _ in range(2): pass\n    return x"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=st.lists(STATEMENTS, max_size=6).map("\n".join))
def test_a_program_costs_the_same_again(bench: Callable[..., Any], program: str) -> None:
    runs = [bench(in_process=way, memory_mb=16).run(f"{BEGINNING}\n{program}") for way in (True, False, True)]
    assert len({(run.ops, type(run.error), str(run.error)) for run in runs}) == 1
