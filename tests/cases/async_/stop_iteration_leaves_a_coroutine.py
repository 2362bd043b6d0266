import asyncio


async def coroutine():
    next(iter([]))


async def generator():
    yield 1
    next(iter([]))


def plain():
    yield 1
    next(iter([]))


async def of_generator():
    async for _ in generator():
        pass


async def of_plain():
    for _ in plain():
        await asyncio.sleep(0)


async def of_expression():
    await asyncio.sleep(0)
    list(next(iter([])) for _ in [1])


for each in (coroutine, of_generator, of_plain, of_expression):
    try:
        asyncio.run(each())
    except RuntimeError as error:
        print(each.__name__, error, repr(error.__cause__))
