"""Classes and instances that a snapshot carries: programs, and expressions that show what they left behind."""

from __future__ import annotations

KEPT_CLASSES: dict[str, tuple[str, str]] = {
    "classes": (
        """\
class P:
    '''docs'''
    k = [1]

    def __init__(self, x):
        self.x = x

    def __eq__(self, o):
        return self.x == o.x

    def __hash__(self):
        return hash(self.x)

    @property
    def double(self):
        return self.x * 2

    @classmethod
    def make(cls):
        return cls(9)

    @staticmethod
    def s():
        return 7

class Q(P):

    def __init__(self, x):
        super().__init__(x + 1)
p = P(3)
q = Q(4)
P.extra = 5
l = [p, p]
st = {P(1): 2}
""",
        """p.x, q.x, P.extra, Q(1).x, p.double, P.make().x, P.s(), l[0] is p, st[P(1)], P.__doc__,
isinstance(q, P), Q.__mro__ == (Q, P, object), list((k for k in vars(P) if not k.startswith('__')))""",
    ),
    "dataclasses": (
        """\
from dataclasses import dataclass, field
from typing import ClassVar, Optional

@dataclass(order=True)
class D:
    a: int
    b: list[int] = field(default_factory=list)
    c: ClassVar[int] = 4
    e: Optional[str] = None

@dataclass(frozen=True)
class F:
    x: int = 1

@dataclass(slots=True)
class S:
    u: int
    v: int = 2
d = D(1)
f = F(2)
s = S(3)
m = {F(1): 'one'}
""",
        """d, f, s, D(1) == d, D(1) < D(2), m[F(1)], S(5), D.__match_args__, hash(f) == hash(F(2)), D.c,
D(7).b is not D(7).b, S.__slots__""",
    ),
    "enums": (
        """\
from enum import Enum, IntEnum, Flag, auto

class C(Enum):
    RED = 1
    BLUE = 2
    ROUGE = 1

    def hi(self):
        return 'hi ' + self.name

class I(IntEnum):
    A = auto()
    B = auto()

class Fl(Flag):
    R = 1
    W = 2
c = C.RED
i = I.B
fl = Fl.R | Fl.W
e = {C.RED: 1}

class Planet(Enum):
    E = (5, 6)

    def __init__(self, m, r):
        self.m = m
        self.r = r
""",
        """c is C.RED, C.ROUGE is c, i + 1, fl == Fl.R | Fl.W, e[C.RED], c.hi(), list(C), C(2), C['BLUE'],
Planet.E.m, repr(fl)""",
    ),
    "named_tuples_and_containers": (
        """\
from collections import namedtuple, defaultdict, Counter, OrderedDict, deque
from typing import NamedTuple
N = namedtuple('N', 'a b')

class T(NamedTuple):
    x: int
    y: int = 2

    def s(self):
        return self.x + self.y
n = N(1, 2)
t = T(1)
dd = defaultdict(lambda: [0])
dd['k'].append(1)
cc = Counter('aab')
od = OrderedDict(a=1)
dq = deque([1, 2], maxlen=3)
""",
        """n, t, t.s(), T(3), dd['z'], dd['k'], cc, od, dq, N._fields, T.__annotations__""",
    ),
    "abstract_generic_and_protocol": (
        """\
from abc import ABC, abstractmethod

class A(ABC):

    @abstractmethod
    def f(self):
        ...

class AA(A):

    def f(self):
        return 1
from typing import Generic, TypeVar, Protocol, runtime_checkable
T = TypeVar('T')

class G(Generic[T]):

    def g(self) -> T:
        return 1

@runtime_checkable
class Pr(Protocol):

    def f(self) -> int:
        ...

class H(G[int]):
    pass
""",
        """AA().f(), A.__abstractmethods__, isinstance(AA(), Pr), isinstance(3, Pr), G[int], H().g(),
H.__orig_bases__""",
    ),
    "exceptions": (
        """\
try:
    1 / 0
except Exception as e:
    err = e

class MyE(ValueError):

    def __init__(self, m, code):
        super().__init__(m)
        self.code = code
me = MyE('x', 3)
""",
        """repr(err), me.code, me.args, str(me), isinstance(me, ValueError)""",
    ),
    "long_chains": (
        """\
class Node:

    def __init__(self, v, n=None):
        self.v = v
        self.next = n
head = None
for i in range(300):
    head = Node(i, head)
""",
        """head.v, head.next.v, head.next.next.__class__ is Node""",
    ),
    "subclasses_of_builtins": (
        """\
class L(list):
    pass

class Di(dict):

    def __missing__(self, k):
        return k

class In(int):
    pass

class St(str):
    tag = 1
l = L([1, 2])
l.z = 1
di = Di(a=1)
i = In(4)
s = St('q')
s.w = 2
""",
        """l, l.z, di['a'], di['b'], i + 1, s + 'x', s.w, type(s).__name__""",
    ),
    "hooks": (
        """\
class Base:
    reg = []

    def __init_subclass__(cls, **k):
        Base.reg.append(cls.__name__)

class X1(Base):
    pass

class Desc:

    def __set_name__(self, o, n):
        self.n = n

    def __get__(self, i, o):
        return self.n

class UU:
    q = Desc()
""",
        """Base.reg, UU().q, (lambda: [type('Z', (Base,), {}), Base.reg][1])()""",
    ),
    "metaclasses": (
        """\
class Meta(type):

    def __call__(cls, *a):
        o = super().__call__(*a)
        o.m = 1
        return o

class WM(metaclass=Meta):
    __slots__ = ('m', '_p')

    def __init__(self):
        self._p = 3
w = WM()
""",
        """w.m, w._p, WM().m, type(WM) is Meta""",
    ),
    "private_names_and_local_classes": (
        """\
class M:

    def __init__(self):
        self.__v = 1

    def get(self):
        return self.__v
m = M()

def outer(x):

    class Inner:

        def r(self):
            return x
    return Inner
I = outer(5)
""",
        """m.get(), I().r(), I.__qualname__""",
    ),
}
"""By name: a cell, and the expression."""
