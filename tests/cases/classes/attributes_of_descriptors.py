from enum import Enum, auto


def f(cls, arg):
    "f docstring"
    return (cls, arg)


for kind in (classmethod, staticmethod):
    made = kind(f)
    print(sorted(made.__dict__), made.__dict__["__doc__"])
    made.x = 42
    print(made.x, made.__dict__["x"])
    del made.x
    print(hasattr(made, "x"))
print(staticmethod(None).__dict__)


class Base:
    @property
    def p(self):
        return 1


class Sub(Base):
    pass


print("__dict__" in Base.__dict__, "__dict__" in Sub.__dict__, list(vars(Base))[-3:], Base.__dict__["__dict__"])
print(Base.__dict__["__dict__"].__get__(Base()), Base.__dict__["__dict__"] == vars(Base)["__dict__"])
try:
    Base.__dict__["__dict__"].__get__(1)
except TypeError as error:
    print(error)
Base.p.__doc__ = "told"
print(Base.p.__doc__)
for count in (0, 1, 3):
    try:
        property().__set_name__(*([0] * count))
    except TypeError as error:
        print(error)
held = Sub()
held.a = 1
del held.__dict__
print(held.__dict__, hasattr(held, "a"))
try:
    held.__dict__ = None
except TypeError as error:
    print(error)
for base in (type(len), type(f), type((i for i in ())), type([].append)):
    try:

        class C(base):
            pass

    except TypeError as error:
        print(error)
weird = auto()
weird.value = "odd"


class Color(Enum):
    RED = weird


print(Color.RED.value)
super(Meta := type("Meta", (type,), {}), Meta).__setattr__(made := Meta("made", (), {}), "bar", 1)
print(made.bar)
