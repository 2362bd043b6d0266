import asyncio


def in_except():
    try:
        yield 1
    except GeneratorExit:
        yield 2
    yield 3


def in_finally():
    try:
        yield 1
    finally:
        yield 2
    yield 3


def through_yield_from():
    try:
        yield from in_except()
    finally:
        print("outer")
    yield 9


for make in (in_except, in_finally, through_yield_from):
    it = make()
    next(it)
    try:
        it.close()
    except RuntimeError as error:
        print(make.__name__, error)
    try:
        print(next(it, "end"), next(it, "end"))
    except BaseException as error:
        print(repr(error))
    it = make()
    next(it)
    try:
        print(it.throw(GeneratorExit), next(it, "end"), next(it, "end"))
    except BaseException as error:
        print(make.__name__, repr(error))


class Once:
    def __init__(self):
        self.waits = 0

    def __await__(self):
        yield self.waits


async def stubborn():
    try:
        await Once()
    except GeneratorExit:
        await Once()
    return "done"


coroutine = stubborn()
coroutine.send(None)
try:
    coroutine.close()
except RuntimeError as error:
    print(error)
try:
    coroutine.send(None)
except StopIteration as stop:
    print(stop.value)


async def asynchronous():
    try:
        yield 1
    except GeneratorExit:
        yield 2


async def main():
    it = asynchronous()
    await anext(it)
    try:
        await it.aclose()
    except RuntimeError as error:
        print(error)


asyncio.run(main())
