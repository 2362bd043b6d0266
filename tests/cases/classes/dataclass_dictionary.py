import dataclasses
import inspect


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0

    def length(self):
        return abs(self.x)


print([name for name in ("__init__", "__eq__", "__lt__", "__hash__", "__repr__", "length") if name in Point.__dict__])
print(Point.__dict__["__hash__"], Point.__init__.__name__, Point.__init__.__qualname__, Point.__init__.__annotations__)
print(inspect.signature(Point.__init__), Point.__eq__(Point(1), Point(1)), Point.length(Point(-2)))
print(type(dataclasses.fields(Point)[0]) is dataclasses.Field)


@dataclasses.dataclass(frozen=True)
class Frozen:
    self: int


print(Frozen(1), hash(Frozen(1)) == hash(Frozen(1)), "__hash__" in Frozen.__dict__)


try:
    dataclasses.make_dataclass("Bad", [()])
except TypeError as error:
    print(error)
