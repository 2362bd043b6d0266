import functools, collections
print(int.__mul__ == int.__mul__, hash(int.__mul__) == hash(int.__mul__), "a".ljust == "b".ljust)
l = [1]
print(l.append.__self__ is l, "x".upper.__self__)
def gen(): yield
g = gen(); g.__name__ = "other"; g.__qualname__ = "q.other"; print(g.__name__, repr(g)[:25])
class P:
    @property
    def x(self): "old"
    x.__doc__ = "new"
print(P.x.__doc__)
Point = collections.namedtuple("Point", "x y"); Point.x.__doc__ += "!"; print(Point.x.__doc__)
def Meta(name, bases, space): return sorted(k for k in space if k not in ("__firstlineno__", "__static_attributes__", "__classcell__")), name, bases
class C(int, metaclass=Meta):
    def f(self): pass
print(C)
class Q:
    __annotations__["made"] = int
    x: int = 1
print(Q.__annotations__)
ns = {}
exec("'doc'\n__annotations__['a'] = 2\nb: int", ns); print(ns["__annotations__"])
key = functools.cmp_to_key(lambda a, b: 0)
try: type(key)(1)
except TypeError as e: print(type(e).__name__)
class A:
    both = functools.partialmethod(lambda self, x: x, 5)
a = A(); print(a.both())
