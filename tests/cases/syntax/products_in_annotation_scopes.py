# min-python: 3.12
from typing import Literal


def f(x):
    return x


class A:
    x, y = 6, 7


n = {"a": 5}
type Calls = tuple[f(2) * f(3)]
type Attributes = tuple[A.x * A.y]
type Items = Literal[n["a"] * n["a"], n["a"] % f(3)]
type Generic[T: f(2) * f(3)] = tuple[T, f(4) * f(5)]
type Constrained[T: (f(2) % f(3), f(2) * f(3))] = T
type Function = (lambda: f(2) * f(3))()
type Comprehension = tuple[[f(each) * f(2) for each in range(3)]]


def function[T: f(2) * f(3)](one: f(3) * f(4) = f(5) * f(6)) -> f(7) % f(4):
    type Inner[U: f(one) * f(2)] = tuple[U, f(one) * f(3), n["a"] * f(4)]
    other: f(2) * f(3) = f(one) * f(4)

    class Box[U: f(one) * f(5)](dict[int, f(one) * f(6)]):
        type Own[V: A.x * A.y] = tuple[V, A.x * A.y, f(one) % f(7)]

        def method[V: f(one) * f(8)](self, value: f(one) * f(9)):
            type Far = tuple[self.z * f(2), f(one) * f(self.z)]
            return Far.__value__

    Box.z = f(2) * f(2)
    own = Box.Own
    yield Inner.__value__, Inner.__type_params__[0].__bound__, other
    yield Box.__type_params__[0].__bound__, Box.__orig_bases__[0]
    yield own.__value__, own.__type_params__[0].__bound__
    yield Box.method.__type_params__[0].__bound__, Box.method.__annotations__, Box().method(1)


print(Calls.__value__, Attributes.__value__, Items.__value__)
print(Generic.__value__, Generic.__type_params__[0].__bound__, Constrained.__type_params__[0].__constraints__)
print(Function.__value__, Comprehension.__value__)
print(function.__type_params__[0].__bound__, function.__annotations__, function.__defaults__)
for each in function():
    print(each)
