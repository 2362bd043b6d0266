"""What is easily lost on the way: programs, and expressions that show what they left behind."""

from __future__ import annotations

from .kept_edge_classes import KEPT_EDGE_CLASSES

KEPT_EDGES: dict[str, tuple[str, str]] = {
    "defaults_and_cycles": (
        """\
class A:
    pass

def f(x=A()):
    return x
A.me = A()
A.f = f
a = A()
a.self = a
""",
        """a.self is a, isinstance(A.me, A), isinstance(f(), A), A.f is f""",
    ),
    "function_attributes": (
        """\
f = lambda: 0
f.x = [1]
f.__name__ = 'renamed'
f.__doc__ = 'd'
g = f
""",
        """f.x, f.__name__, g is f, f.__doc__""",
    ),
    "module_annotations": (
        """\
x: int = 3
y: list[int] = []
""",
        """__annotations__""",
    ),
    "item_getters": (
        """\
import operator, itertools, collections
g = operator.itemgetter(1)
""",
        """1""",
    ),
    "plain_values": (
        """\
d = {(1, 'a'): [1], frozenset({1}): 2, None: 3, True: 4, 2.5: 5, b'x': 6}
import datetime, decimal, fractions, uuid
dt = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
de = decimal.Decimal('1.10')
fr = fractions.Fraction(1, 3)
u = uuid.UUID(int=5)
r = range(3)
s = slice(1, 2)
c = 1j
by = bytearray(b'q')
big = 10 ** 400
nan = float('nan')
e = ...
n = NotImplemented
""",
        """d, dt, de, fr, u, r, s, c, by, big, str(nan), e, n""",
    ),
    "functions_of_loops": (
        """\
def make():
    fs = []
    for i in range(3):

        def f(i=i):
            return i
        fs.append(f)
    return fs
fs = make()
gs = [lambda: i for i in range(3)]
""",
        """[f() for f in fs], [g() for g in gs]""",
    ),
    "library_values": (
        """\
import pathlib, io, re, types
p = pathlib.Path('a') / 'b.txt'
pp = pathlib.PurePosixPath('/x')
sio = io.StringIO('abc')
sio.read(1)
bio = io.BytesIO(b'xyz')
bio.read(2)
ns = types.SimpleNamespace(a=1)
o = object()
os2 = [o, o]
""",
        """p, pp, sio.read(), bio.read(), ns, os2[0] is o, type(p).__name__""",
    ),
    "mutual_recursion": (
        """\
def outer():

    def a(n):
        return b(n - 1) if n else 'a'

    def b(n):
        return a(n - 1) if n else 'b'
    return a
ab = outer()
""",
        """ab(5), ab(4)""",
    ),
    "decorators_and_registries": (
        """\
def deco(n):

    def d(f):
        import functools

        @functools.wraps(f)
        def w(*a, **k):
            return f(*a, **k) * n
        w.calls = 0
        return w
    return d

@deco(3)
def q(x: int) -> int:
    '''qq'''
    return x

class Reg:
    items = {}

    def __init_subclass__(cls, key=None):
        Reg.items[key] = cls

class R1(Reg, key='one'):
    pass
""",
        """q(2), q.__doc__, q.calls, q.__annotations__, Reg.items['one'] is R1, q.__wrapped__(5)""",
    ),
    "nested_definitions": (
        """\
if True:
    def deep(x):
        if x:
            return [
                x,
                '''multi
line''',
            ]
    class K:
        def m(self):
            return (lambda y:
                y + 1)(1)
k=K()
""",
        """deep(1), k.m()""",
    ),
    "unicode_columns": (
        """\
s='\\u2028é'; f=lambda é: é+1; t='é'; g=lambda: 'é'+'ü'; h=lambda x: x
""",
        """f(1), g(), h('x'), s""",
    ),
    "one_line_functions": (
        """\
def f(): return 1; x = 2
g=f
""",
        """g()""",
    ),
    "builtin_methods": (
        """\
from collections import ChainMap, UserDict, deque
import string
x = string.ascii_letters
sub = str.upper
m = 'abc'.join
""",
        """sub('a'), m('xy'), x[:2]""",
    ),
    "library_references": (
        """\
import os, sys, json, datetime
from datetime import datetime as DT, timedelta
from os.path import join
from collections.abc import Mapping, Iterable
now = DT.now
mp = Mapping
""",
        """join('a', 'b'), timedelta(1), mp is Mapping, DT(2020, 1, 1), callable(now)""",
    ),
    **KEPT_EDGE_CLASSES,
}
"""By name: a cell, and the expression."""
