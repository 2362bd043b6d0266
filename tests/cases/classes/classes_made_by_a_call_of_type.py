class Sub:
    def __init_subclass__(cls, **options):
        print("sub", cls.__name__, options, __class__)


class Meta(type):
    def __init__(cls, name, bases, namespace, **options):
        print("init", name, namespace.get("y"), options)


class Base(metaclass=Meta):
    pass


def plain(name, bases, namespace):
    return type(name, bases, {**namespace, "extra": 1})


class Through(metaclass=plain):
    def own(self):
        return __class__


made = type("Made", (int,), {"x": 1, "twice": lambda self: self * 2})
print(made, made(4).twice(), made.x, type(made), made.__module__, made.__qualname__)
print(type("Y", (Sub,), {}, k=1), type("Z", (Base,), {"y": 2}))
print(Through().own(), Through.extra, type(type("M", (type,), {})("N", (), {})))
for arguments in (
    (1, 2), (1, (), {}), ("a", [], {}), ("a", (), 1), ("a", (1,), {}), ("a", (Sub, Sub), {}), ("a", (object, Sub), {}),
    ("a", (Base, int, str), {}), ("a", (bool,), {}), ("a\0", (), {}), ("a", (), {"__slots__": ["x y"]}),
):
    try:
        type(*arguments)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
