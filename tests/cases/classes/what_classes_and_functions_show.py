import collections, functools, dataclasses
print("__add__" in int.__dict__, int.__dict__["__add__"](1, 2), len(int.__dict__) > 40, "bit_length" in list(int.__dict__))
print([name for name in ("upper", "nope") if name in str.__dict__], "__dict__" in object.__dict__)
try: dict.__dict__["nope"]
except KeyError as e: print(repr(e))
class S:
    @staticmethod
    def s(): return 1
    @classmethod
    def c(cls): return 2
print(S.__dict__["s"].__func__(), S.__dict__["c"].__func__(S), S.__dict__["s"].__func__.__name__)
p = functools.partial(max, 1); p.attr = 3
print(p.__dict__ == {"attr": 3}, p.__dict__["attr"])
u = collections.UserDict(a=1); u.test = 5
print(u.test, u)
def gen(): yield 1
async def co(): return 5
async def agen(): yield 1
g = gen(); c = co(); a = agen()
print(type(g).send(g, None), type(g).__name__, hasattr(type(c), "send"), hasattr(type(a), "__anext__"))
try: type(c).send(c, None)
except StopIteration as stop: print(stop.value)
try: type(g).send(5, None)
except TypeError as e: print(e)
class D:
    pass
D.__set__ = lambda self, instance, value: print("set", value)
D.__set__(D(), None, 1)
def annotations():
    (unbound): int
    try: unbound
    except NameError as e: return type(e).__name__
print(annotations())
class CNS:
    def __init__(self): self.seen = {}
    def __setitem__(self, k, v): self.seen[k] = v
    def __getitem__(self, k): return self.seen[k]
c2 = CNS(); exec("x: int = 1\ny = x + 1", {}, c2); print(c2.seen["x"], c2.seen["y"], c2.seen["__annotations__"])
@dataclasses.dataclass(frozen=True)
class F:
    a: int
print(F.__setattr__.__name__, F.__setattr__.__qualname__)
