"""Programs whose state a snapshot carries: what they leave behind, and an expression that shows it.

Each is run, saved and restored; the expression then has the value that it had before.
"""

from __future__ import annotations

from .kept_classes import KEPT_CLASSES
from .kept_edges import KEPT_EDGES

KEPT: dict[str, tuple[str, str]] = {
    "aliases": (
        """\
x = [1, 2]
y = x
d = {'a': x}
d['self'] = d
""",
        """x is y, d['a'] is x, d['self'] is d""",
    ),
    "functions": (
        """\
def f(a, b=2, *c, k=3, **m):
    '''doc'''
    return a + b + k
""",
        """f(1), f.__doc__, f.__defaults__, f.__kwdefaults__, f.__name__""",
    ),
    "lambdas": (
        """\
f = lambda x: x * 2; g = lambda x: x * 3; h = lambda x: (lambda x: x + 1, lambda x: x + 2)[1]
""",
        """f(2), g(2), h(0)(5)""",
    ),
    "closures": (
        """\
def counter():
    n = 0

    def inc():
        nonlocal n
        n += 1
        return n

    def get():
        return n
    return (inc, get)
inc, get = counter()
inc()
inc()
""",
        """inc(), get(), inc.__qualname__""",
    ),
    "imports_and_decorators": (
        """\
import math, functools
from math import sqrt
import json as j
from os import path
p = functools.partial(sqrt, 16)

@functools.lru_cache(maxsize=5)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def deco(fn):

    @functools.wraps(fn)
    def w(*a):
        return fn(*a) + 1
    return w

@deco
def h(x):
    '''hdoc'''
    return x
fib(10)
""",
        """p(), fib(20), h(1), h.__doc__, h.__name__, j.dumps([1]), path.join('a', 'b'), math.pi,
h.__wrapped__(1)""",
    ),
    "library_objects": (
        """\
from contextlib import contextmanager

@contextmanager
def cm():
    yield 5

class B:

    def m(self):
        return 1
b = B()
bm = b.m
al = [].append
import re
pat = re.compile('a+', re.I)
import random
r = random.Random(4)
""",
        """(lambda: [v for v in [cm().__enter__()]])(), bm(), bm.__self__ is b, pat.findall('AAb'), r.random()""",
    ),
    "generators_and_coroutines": (
        """\
def gen(n):
    for i in range(n):
        yield i

async def co():
    return 3
import asyncio
""",
        """list(gen(3)), asyncio.run(co())""",
    ),
    "recursion": (
        """\
def fact(n):
    return 1 if n < 2 else n * fact(n - 1)

def rec():

    def loc(n):
        return 1 if n < 2 else n * loc(n - 1)
    return loc
lf = rec()
fs = {'a': lambda x: lambda y: x + y}
""",
        """fact(5), lf(5), fs['a'](1)(2)""",
    ),
    **KEPT_CLASSES,
    **KEPT_EDGES,
}
"""By name: a cell, and the expression."""
