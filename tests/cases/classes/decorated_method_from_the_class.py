import contextlib
import functools


@contextlib.contextmanager
def around(value):
    yield value


def plain(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)

    return inner


class Holder:
    around = around

    @contextlib.contextmanager
    def inside(value):
        yield value

    @plain
    def first(value):
        return value


with Holder.around((1, 2)) as one, Holder.inside("two") as two:
    print(one, two)
print(Holder.first(3))
