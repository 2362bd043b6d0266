"""What is easily lost of classes on the way: programs, and expressions that show what they left behind."""

from __future__ import annotations

KEPT_EDGE_CLASSES: dict[str, tuple[str, str]] = {
    "cached_properties": (
        """\
import functools

class A:

    @functools.cached_property
    def p(self):
        return [1]

    @functools.lru_cache
    def m(self):
        return 3
a = A()
a.p
""",
        """a.p, a.m(), A().p""",
    ),
    "typed_dicts": (
        """\
from typing import TypedDict, NotRequired, Literal, Callable, Union, Any

class TD(TypedDict, total=False):
    a: int
    b: NotRequired[str]

class T2(TD):
    c: float

def f(x: Callable[[int], str], y: Literal['a', 1], z: dict[str, Any] | None, *w: Union[int, str]) -> 'TD':
    pass
t: TD = {'a': 1}
""",
        """TD.__annotations__, sorted(TD.__required_keys__), sorted(T2.__required_keys__), sorted(T2.__optional_keys__),
f.__annotations__, t, TD.__total__""",
    ),
    "hashed_by_guest_classes": (
        """\
class Stack:

    def __init__(self):
        self._items = []

    def push(self, x):
        self._items.append(x)
        return self

    def __len__(self):
        return len(self._items)

    def __repr__(self):
        return f'S{self._items}'
s = Stack().push(1)
st = {s}
lk = {s: 1}
""",
        """s, len(s), s in st, lk[s], s.push(2)""",
    ),
    "slots": (
        """\
class Money:
    __slots__ = ('a', '__dict__')

    def __init__(s, a):
        s.a = a
        s.z = 1
m = Money(3)

class Sub(Money):
    __slots__ = ()
s = Sub(4)
""",
        """m.a, m.z, s.a, s.z""",
    ),
    "descriptors": (
        """\
class Temp:

    def __get__(self, i, o):
        return 5

    def __set__(self, i, v):
        i.__dict__['v'] = v

class U:
    t = Temp()
u = U()
u.t = 9
""",
        """u.t, u.__dict__""",
    ),
    "keyword_only_dataclasses": (
        """\
from dataclasses import dataclass, field, InitVar, KW_ONLY, asdict, replace

@dataclass
class B:
    a: int
    _: KW_ONLY
    b: int = 2
    c: InitVar[int] = 7

    def __post_init__(self, c):
        self.d = c

@dataclass
class C(B):
    e: dict = field(default_factory=dict, repr=False, compare=False, metadata={'k': 1})

    def total(self):
        return self.a + self.b
c = C(1)
c.e['x'] = 1
""",
        """c, c.d, c.total(), asdict(c), replace(c, a=5, c=1).d, C(1, b=3),
C.__dataclass_fields__['e'].metadata['k'], C(2) == C(2), c.e""",
    ),
    "annotations_as_text": (
        """\
from __future__ import annotations
from dataclasses import dataclass
from typing import ClassVar

@dataclass
class Node:
    value: int
    next: Node | None = None
    count: ClassVar[int] = 0
n = Node(1, Node(2))
""",
        """n, Node.count, Node(3), Node.__annotations__""",
    ),
    "registered_classes": (
        """\
from abc import ABC, abstractmethod

class Shape(ABC):

    @property
    @abstractmethod
    def area(self):
        ...

class Sq(Shape):

    def __init__(self, s):
        self.s = s

    @property
    def area(self):
        return self.s ** 2
Shape.register(int)
s = [Sq(2)]
""",
        """s[0].area, isinstance(3, Shape), sorted(Shape.__abstractmethods__)""",
    ),
    "exception_chains": (
        """\
try:
    try:
        int('x')
    except ValueError as v:
        raise KeyError('k') from v
except KeyError as k:
    err = k
import json
try:
    json.loads('{')
except json.JSONDecodeError as j:
    je = j
try:
    open('nofile')
except OSError as o:
    oe = o
eg = ExceptionGroup('g', [ValueError(1)])
""",
        """repr(err), repr(err.__cause__), str(je), oe.errno, oe.filename, repr(eg)""",
    ),
    "exception_notes": (
        """\
class E(Exception):
    pass
e1 = E('a')
e1.add_note('n')
l = [e1]
""",
        """e1.__notes__, l[0] is e1""",
    ),
    "bound_special_methods": (
        """\
import math

class V:

    def __init__(s, x):
        s.x = x

    def __add__(s, o):
        return V(s.x + o.x)

    def __call__(s):
        return math.sqrt(s.x)
v = V(9)
call = v.__call__
add = V.__add__
cls = type(v)
""",
        """v(), (v + v).x, cls is V, add(v, v).x, call()""",
    ),
    "keys_hashed_by_global_helpers": (
        """\
global_helper = lambda v: v + 1

class H:

    def __init__(s, v):
        s.v = v

    def __hash__(s):
        return hash(global_helper(s.v))

    def __eq__(s, o):
        return s.v == o.v
d = {H(1): 'a'}
t = {(H(2), 1): 'b'}
""",
        """d[H(1)], t[H(2), 1]""",
    ),
    "total_ordering": (
        """\
from functools import singledispatch, total_ordering, partial, reduce

@total_ordering
class TO:

    def __init__(s, v):
        s.v = v

    def __eq__(s, o):
        return s.v == o.v

    def __lt__(s, o):
        return s.v < o.v
a = TO(1)
b = TO(2)
p = partial(TO, 3)
p2 = partial(p.func, 4)
""",
        """a < b, a >= b, a <= b, p().v, p2().v""",
    ),
    "enumerations_with_methods": (
        """\
from enum import Enum, StrEnum, unique

@unique
class St(StrEnum):
    A = 'a'
    B = 'b'

    @classmethod
    def _missing_(cls, v):
        return cls.A

    @property
    def up(self):
        return self.value.upper()

class Ops(Enum):
    ADD = '+'

    def __call__(self, x, y):
        return x + y

    def __str__(self):
        return 'op'
st = St.B
m = {St.A: 1, 'k': [Ops.ADD]}
""",
        """st, St('zz'), st.up, st == 'b', m[St.A], Ops.ADD(1, 2), str(Ops.ADD), f'{st}', m['k'][0] is Ops.ADD,
Ops('+')""",
    ),
}
"""By name: a cell, and the expression."""
