import dataclasses, inspect
from dataclasses import dataclass, make_dataclass, field, InitVar, asdict
from typing import Generic, TypeVar, Optional
print(inspect.signature(dataclass), list(inspect.signature(field).parameters))
def post(self, y): self.x *= y
C = make_dataclass("C", [("x", int), ("y", InitVar[int])], namespace={"__post_init__": post})
print(C, C(2, 3), C.__module__, C.__qualname__, vars(C(2,3)))
for name in ("()", "x,y", ""):
    print(repr(make_dataclass(name, ["a", "b"]).__name__), make_dataclass(name, ["a"])(1))
for bad in (["for"], ["()"], [1], [("a",)*4], [()], [float], ["a", "a"], 5):
    try: make_dataclass("C", bad)
    except Exception as e: print(type(e).__name__, str(e)[:60])
for call in (lambda: dataclass(foo=1), lambda: field(1), lambda: field(foo=1), lambda: field(default=1, default_factory=list), lambda: asdict(1, 2), lambda: asdict(1), lambda: dataclass(1, 2)):
    try: call()
    except Exception as e: print(type(e).__name__, e)
T = TypeVar('T')
@dataclass
class Parent(Generic[T]):
    x: T
Child = make_dataclass('Child', [('y', T), ('z', Optional[T], None)], bases=(Parent[int], Generic[T]), namespace={'other': 42})
print(Child[int](1, 2).z, Child.__mro__, Child.__orig_bases__)
class M(type):
    def __new__(m, n, b, ns, **k):
        print(n, b, k); return super().__new__(m, n, b, ns)
class B(metaclass=M): pass
print(type(make_dataclass("D", ["a"], bases=(B,))))
@dataclass(frozen=True, slots=True, order=True)
class F:
    a: int = field(default=3, metadata={"k": 1})
    b: list = field(default_factory=list)
print(F(), F.__slots__, F.__dataclass_fields__["a"].metadata, F.__dataclass_fields__["b"].metadata, F(1)<F(2))
class Root:
    __slots__ = iter(['a'])
class Root2(Root):
    __slots__ = ('b', )
try:
    @dataclass(slots=True)
    class G(Root2):
        x: int
except TypeError as e: print(e)
print(make_dataclass("P", ["__a"])(1), type(dataclass).__name__, dataclass.__name__, dataclass.__module__)
import types
print(types.new_class("N", (int,), {}, lambda ns: ns.update(a=1)), types.new_class("N2").__module__)
