import sys


class MainError(Exception):
    pass


class SubError(Exception):
    pass


def reraises():
    try:
        raise MainError("main")
    except MainError:
        try:
            yield 1
        except SubError as error:
            print(repr(error.__context__), repr(sys.exc_info()[1]))
        raise


generator = reraises()
next(generator)
try:
    generator.throw(SubError("sub"))
except MainError as error:
    print("again", error, repr(error.__context__))


def context():
    try:
        raise KeyError("a")
    except Exception:
        try:
            yield
        except Exception as error:
            print(repr(error), repr(error.__context__))
            yield "b"


generator = context()
next(generator)
print(generator.throw(ValueError))


def ignores():
    for _ in range(4):
        try:
            yield "waiting"
        except GeneratorExit as error:
            print("ignored", repr(error))


generator = ignores()
print(next(generator))
try:
    generator.close()
except RuntimeError as error:
    print(error)
print(next(generator))
print(generator.throw(GeneratorExit("explicit")))
print(generator.send(1))
print(list(generator))


def outer():
    try:
        result = yield from inner()
        print("result", result)
    except SubError as error:
        print("outer", error)
        yield "after"


def inner():
    try:
        yield 1
        yield 2
    except MainError as error:
        print("inner", error)
        yield 3
    return 4


generator = outer()
print(next(generator), generator.throw(MainError("m")), generator.throw(SubError("s")))


async def awaited():
    import asyncio

    try:
        raise KeyError("k")
    except KeyError:
        try:
            await asyncio.sleep(0)
            raise SubError("after await")
        except SubError as error:
            print(repr(error.__context__))
            try:
                await asyncio.wait_for(asyncio.sleep(10), 0.01)
            except asyncio.TimeoutError as late:
                print(type(late).__name__)
        raise


async def main():
    try:
        await awaited()
    except KeyError as error:
        print("raised again", error)


import asyncio

asyncio.run(main())
