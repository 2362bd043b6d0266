import asyncio
import collections
import types


def show(*args, **kwargs):
    return args, kwargs


class Map:
    def keys(self):
        print("keys")
        return ["a", "b"]

    def __getitem__(self, key):
        return key * 2


class ByHook:
    def __getattr__(self, name):
        print("asked", name)
        if name == "keys":
            return lambda: ["z"]
        raise AttributeError(name)

    def __getitem__(self, key):
        return key


class ByInstance:
    def __init__(self):
        self.keys = lambda: ["i"]

    def __getitem__(self, key):
        return key


print(show(1, **{"x": 1}, y=2, **Map()), show(**ByHook()), show(**ByInstance()))
print(show(**types.MappingProxyType({"q": 1})), show(**collections.OrderedDict(a=1)), show(**{}))
for wrong in (5, None, [("a", 1)]):
    try:
        show(**wrong)
    except TypeError as error:
        print(error)
try:
    show(**{1: 2})
except TypeError as error:
    print(error)
try:
    show(a=1, **{"a": 2})
except TypeError as error:
    print(error)


class Base:
    def __init_subclass__(cls, **options):
        print(options)


class Heir(Base, **{"t": 1}, **Map()):
    pass


async def given(**kwargs):
    return kwargs


async def main():
    return show(**await given(x=1), y=await given(z=1))


print(asyncio.run(main()))
