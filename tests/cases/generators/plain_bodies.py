"""Generators that yield in plain statements: blocks, loops, signals out of what does not yield, and what is kept."""

import functools
import traceback
import types


def blocks(rows, *more, limit=3, **rest):
    count = 0
    for row in rows:
        if not row:
            continue
        elif row == "stop":
            break
        elif row == "out":
            return "returned", count
        else:
            try:
                if row == "next":
                    continue
                if row == "end":
                    break
                if row == "back":
                    return rest
            finally:
                count += 1
        for part in row:
            if part == "-":
                break
            yield part
        else:
            answer = yield "whole", limit, more
            print("answer", answer)
        while count > limit:
            count -= 1
            yield count
        else:
            yield "calm"
    else:
        yield "all"
    return None


def drained(generator):
    while True:
        try:
            print(next(generator))
        except StopIteration as error:
            return error.value


for rows in (["ab", "", "c-d"], ["a", "stop", "b"], ["out"], ["next", "x", "end", "y"], ["", "back"], ["a"] * 5):
    print(drained(blocks(rows, 1, limit=2, key="word")))


def counting(start, step=1):
    """Counts."""
    total = start

    def add(more):
        nonlocal total
        total += more

    while total < 10:
        yield total
        add(step)


print(list(counting(1, 4)), counting.__doc__, counting.__name__)


@functools.wraps(counting)
def renamed():
    yield 1


print(repr(renamed()).split(" at ")[0], renamed().__name__)
renamed.__qualname__ = "another.name"
print(repr(renamed()).split(" at ")[0], list(renamed()))


def tree(node):
    if node:
        left, key, right = node
        for each in tree(left):
            yield each
        yield key
        for each in tree(right):
            yield each


print(list(tree(((None, 1, None), 2, (None, 3, (None, 4, None))))))


def failing(values):
    for value in values:
        yield 10 // value


def nested(values):
    for each in failing(values):
        yield each


try:
    print(list(nested([1, 0])))
except ZeroDivisionError:
    print(traceback.format_exc())

generator = nested([2, 3])
next(generator)
try:
    generator.throw(KeyError("thrown"))
except KeyError:
    print(traceback.format_exc())
print(list(generator))


def unpacking(pairs):
    for left, right in pairs:
        yield left
        yield right


try:
    for each in unpacking([(1, 2), (3,)]):
        print(each)
except ValueError:
    print(traceback.format_exc())


def ends(source):
    while True:
        item = next(source)
        yield item


try:
    list(ends(iter([1])))
except RuntimeError as error:
    print(error, repr(error.__cause__))


@types.coroutine
def waiting():
    got = yield "waits"
    return got


async def main():
    return await waiting()


coroutine = main()
print(coroutine.send(None))
try:
    coroutine.send("sent")
except StopIteration as error:
    print(error.value)


def itself():
    yield next(me)


me = itself()
try:
    next(me)
except ValueError as error:
    print(error)


def unbound():
    for each in ():
        pass
    yield each


try:
    next(unbound())
except UnboundLocalError as error:
    print(error)
print(list(x for x in counting(7)), [*map(str, counting(8))], dict(zip("ab", counting(8))))
