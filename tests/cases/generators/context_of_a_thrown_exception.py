def g(exc):
    try:
        yield
    finally:
        raise exc
e1,e2,e3=Exception(1),Exception(2),Exception(3)
def chain(e):
    out=[]
    while e is not None and len(out)<9: out.append(repr(e)); e=e.__context__
    return out
a=g(e2); next(a); b=g(e3); next(b)
try:
    raise e1
except Exception as x:
    try: a.throw(e1)
    except Exception as y: print(chain(y))
    try: b.throw(e2)
    except Exception as y: print(chain(y))
from contextlib import contextmanager, ExitStack
@contextmanager
def right(exc):
    try:
        yield
    finally:
        raise exc
try:
    with right(Exception(3)):
        with right(Exception(2)):
            raise Exception(1)
except Exception as e: print(chain(e))
try:
    with ExitStack() as stack:
        stack.enter_context(right(Exception(4)))
        stack.enter_context(right(Exception(3)))
        stack.enter_context(right(Exception(2)))
        raise Exception(1)
except Exception as e: print(chain(e))


def inner():
    yield


def outer():
    try:
        raise KeyError("a")
    except Exception:
        yield from inner()


def plain():
    yield from inner()


for function in (outer, plain, inner):
    for caller in (None, Exception("caller")):
        generator = function()
        next(generator)
        try:
            try:
                if caller:
                    raise caller
            finally:
                generator.throw(ValueError)
        except ValueError as error:
            print(function.__name__, chain(error))


import asyncio


async def waits():
    try:
        raise KeyError("async")
    except KeyError:
        await asyncio.sleep(10)


async def main():
    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error.__context__))


asyncio.run(main())
