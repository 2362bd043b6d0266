"""Generators that suspend in the middle of expressions and statements: order and values are CPython's."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pytest

PRELUDE = """
log = []
def t(x):
    log.append(x)
    return x
def f(*a, **k):
    return a, sorted(k.items())
class O:
    a = [1, 2, 3]
    def m(self, *a):
        return a
o = O()
def h():
    z = yield "h"
    return z
def deco(n):
    return lambda f: (n, f())
def drive(g):
    v = None
    try:
        while True:
            y = g.send(v)
            log.append(("y", y))
            v = y
    except StopIteration as e:
        return e.value
    except Exception as e:
        return type(e).__name__, str(e)
def g():
"""

EXPRESSIONS = [
    "t(1) + (yield 2)",
    "(yield 1) + t(2)",
    "t(0)[(yield 1)] if 0 else 5",
    "f(t(1), (yield 2), t(3), k=(yield 4))",
    "f(*t([1,2]), (yield 3), **{'z': (yield 4)})",
    "[t(1), (yield 2), *t([3]), (yield 4)]",
    "{t(1): (yield 2), (yield 3): t(4), **t({5:6})}",
    "{t(1), (yield 2)}",
    "(t(1), (yield 2))",
    "t(1) < (yield 2) < t(3)",
    "t(5) < (yield 2) < t(3)",
    "t(0) or (yield 2) or t(3)",
    "t(1) and (yield 0) and t(3)",
    "t(1) if (yield 0) else (yield 7)",
    "f'{t(1)}{(yield 2)!r:>5}{t(3)}'",
    "not (yield 1)",
    "-(yield 3)",
    "o.m((yield 1), t(2))",
    "o.a[(yield 0):t(2)]",
    "(x := (yield 5)) + x",
    "[(yield 1)][0]",
    "(lambda: 3)() + (yield 1)",
    "len([i for i in (yield [1,2])])",
    "sum(i for i in (yield [1,2]))",
    "o.__class__.__name__ + str((yield 1))",
    "t([1,2,3])[(yield 1)]",
    "(yield (yield 1))",
    "t('%s')%(yield 1)",
]

STATEMENTS = [
    """
    d={}
    d[(yield 'k')] = (yield 'v')
    return d
    """,
    """
    l=[1,2,3]
    l[t(0)] += (yield 5)
    o.b=1
    o.b += (yield 3)
    x=1
    x += (yield 2)
    return l,o.b,x
    """,
    """
    a, (b, *c) = (yield (1,(2,3,4)))
    return a,b,c
    """,
    """
    for i in (yield [1,2]):
        if i == (yield i): continue
        log.append('no')
    else:
        log.append('else')
    return 1
    """,
    """
    n=0
    while (yield n) < 3:
        n += 1
        if n == 2:
            try: continue
            finally: log.append((yield 'fin'))
    else: log.append('we')
    return n
    """,
    """
    try:
        try:
            yield 1
            1/0
        except ZeroDivisionError as e:
            log.append(str(e)); yield 2
            raise KeyError('q')
        else: log.append('never')
        finally:
            yield 3
    except KeyError as k:
        return 'caught', k.args, type(k.__context__).__name__
    """,
    """
    import contextlib
    @contextlib.contextmanager
    def cm():
        log.append('in')
        try: yield 'v'
        finally: log.append('out')
    with cm() as v, cm():
        yield v
        return 'r'
    """,
    """
    match (yield {'a': [1,2]}):
        case {'a': [x, y]} if (x < y): return x, y, (yield 9)
        case _: return 'no'
    """,
    """
    assert (yield True), 'm'
    try:
        assert (yield False), (yield 'msg')
    except AssertionError as e: return e.args
    """,
    """
    r = yield from h()
    return r, [ (lambda: q)() for q in (yield [1,2])]
    """,
    """
    raise ValueError((yield 1))
    """,
    """
    del t([1,2])[(yield 0)]
    return 1
    """,
    """
    def inner(x=3): return x
    @deco((yield 1))
    def k(): return 5
    return k
    """,
    """
    class Q(t(O)):
        z=3
    return Q.z, (yield 1)
    """,
    """
    try:
        raise ExceptionGroup('g',[ValueError(1),TypeError(2)])
    except* ValueError as eg:
        yield eg.exceptions[0].args
    except* TypeError:
        yield 't'
    return 'end'
    """,
    """
    global gx
    gx = yield 1
    return gx
    """,
    """
    try:
        return (yield 1)
    finally:
        yield 2
    """,
]


def on_cpython(code: str) -> Any:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(code + "\nanswer = (drive(g()), log)", names)
    return repr(names["answer"])


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("statement", ["r = {}\nreturn r", "return {}"])
def test_a_yield_anywhere_in_an_expression(bench: Callable[..., Any], expression: str, statement: str) -> None:
    code = PRELUDE + textwrap.indent(statement.format(expression), "    ")
    assert repr(bench().value(code + "\n(drive(g()), log)")) == on_cpython(code)


@pytest.mark.parametrize("body", STATEMENTS)
def test_a_yield_anywhere_in_a_statement(bench: Callable[..., Any], body: str) -> None:
    code = PRELUDE + textwrap.indent(textwrap.dedent(body), "    ")
    assert repr(bench().value(code + "\n(drive(g()), log)")) == on_cpython(code)
