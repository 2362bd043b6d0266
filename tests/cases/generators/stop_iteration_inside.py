def take(iterable, *numbers):
    wanted = iter(numbers)
    try:
        for number, item in enumerate(iterable):
            if number == next(wanted):
                yield item
    except StopIteration as stop:
        yield "stopped", stop.value
    finally:
        yield "finally"


print(list(take("abcdef", 0, 1, 2)))


def not_caught():
    for number in range(3):
        yield number
        next(iter(()))


def returned():
    try:
        yield 1
        return next(iter(()))
    except KeyError:
        yield 2
    finally:
        print("cleaned")


for function in (not_caught, returned):
    try:
        list(function())
    except RuntimeError as error:
        print(error, repr(error.__cause__), repr(error.__context__))


def thrown():
    try:
        yield 1
    except Exception as error:
        print("got", repr(error), repr(error.__context__))
        raise RuntimeError("chained") from error


generator = thrown()
next(generator)
try:
    generator.throw(StopIteration("thrown"))
except RuntimeError as error:
    print(error, repr(error.__cause__))


def in_handler():
    try:
        raise KeyError("outer")
    except KeyError:
        try:
            try:
                raise ValueError("inner")
            except ValueError:
                yield 1
                next(iter(()))
        except StopIteration as stop:
            print(repr(stop.__context__), repr(stop.__context__.__context__))
            yield 2


print(list(in_handler()))


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        print(kind, error.args)
        return kind is StopIteration


def managed():
    with Manager():
        yield 1
        raise StopIteration("in with")
    yield 2


print(list(managed()))


def grouped():
    try:
        yield 1
        raise StopIteration("one")
    except* StopIteration as group:
        yield group.exceptions


print(list(grouped()))


async def coroutine():
    raise StopIteration(5)


async def asynchronous():
    yield 1
    raise StopIteration(6)


async def main():
    try:
        await coroutine()
    except RuntimeError as error:
        print(error, repr(error.__cause__))
    try:
        async for item in asynchronous():
            print(item)
    except RuntimeError as error:
        print(error, repr(error.__cause__))
    try:
        raise StopIteration(7)
    except StopIteration as stop:
        print(stop.value)


import asyncio

asyncio.run(main())
