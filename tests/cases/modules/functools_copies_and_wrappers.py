import copy
import functools


class Sub(functools.partial):
    pass


for cls in (functools.partial, Sub):
    made = cls(max, [1], key=len)
    made.attr = []
    for again in (copy.copy(made), copy.deepcopy(made)):
        print(again.func, again.args, again.keywords, again.attr, type(again) is cls)
        print(again.args[0] is made.args[0], again.attr is made.attr)
try:
    made.func = min
except AttributeError as error:
    print(error)


@functools.lru_cache
def cached(x):
    return x


print(copy.copy(cached) is cached, copy.deepcopy(cached) is cached)


def wrapped(x: int) -> str:
    """Doc."""


wrapped.table = {"a": 1}


def wrapper():
    pass


wrapper.table = {"b": 2}
functools.update_wrapper(wrapper, wrapped, updated=("table", "__dict__"))
print(wrapper.table, wrapper.__annotations__ is wrapped.__annotations__, wrapper.__doc__)
try:
    functools.update_wrapper(wrapper, wrapped, (), ("missing",))
except AttributeError as error:
    print(error)
