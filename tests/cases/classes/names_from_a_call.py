import enum, collections, inspect, typing
from enum import Enum, Flag
H = Enum('hebrew_123', ('\u05D0', '2', '3'))
print(list(H), getattr(H, '2').value)
print(list(Enum("A B", "x y")), Enum("A B", "x y").__name__)
for make in (lambda: Enum("X", iter(["a", "b"])), lambda: Enum("X", {"a", }), lambda: Enum("X", [("a",)]), lambda: Enum("X", 5), lambda: Enum(5, "a"), lambda: Enum("X"),
             lambda: Enum("X", "a a"), lambda: Enum("X", ["mro"]), lambda: Enum("X", ["_x_"]), lambda: Enum("X", ["a", 1]), lambda: Enum("X", "a", qualname="Q.X"), lambda: Enum("X", None),
             lambda: Enum("X", ["class", "_a", "__b"]), lambda: Enum("X", names=[("q", 2), ("r", 3)], start=5), lambda: Enum("X", {"a": 1}, type=int), lambda: Flag("X", "a b c", start=2)):
    try: m = make(); print(m, list(m), m.__qualname__, m.__module__)
    except Exception as e: print(type(e).__name__, e)
NT = collections.namedtuple("NT", "x y", module="somewhere")
print(NT, NT(1, 2), NT.__module__)
print(inspect.signature(collections.namedtuple))
for make in (lambda: collections.namedtuple("a b", "x"), lambda: collections.namedtuple("T", [1, 2]), lambda: collections.namedtuple("T", "class", rename=True)._fields, lambda: collections.namedtuple("T", "a a"),
  lambda: collections.namedtuple("__del__", "a"), lambda: typing.NamedTuple("T", [("a", int), ("b", str)])(1, "2"), lambda: typing.NamedTuple("a b", [("a", int)]), lambda: typing.TypedDict("a b", {"x y": int}).__annotations__, lambda: typing.NamedTuple("T", [("a", int)]).__module__):
    try: print(make())
    except Exception as e: print(type(e).__name__, e)
class E2(Enum):
    A = 1
print(E2(1))
try: E2("x")
except ValueError as e: print(e)
try: E2("X", "a b")
except Exception as e: print(type(e).__name__, e)
