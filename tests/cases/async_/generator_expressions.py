import asyncio


async def numbers(n):
    for k in range(n):
        await asyncio.sleep(0)
        yield k


async def double(x):
    await asyncio.sleep(0)
    return x * 2


def outside(n):
    return (k + 1 async for k in numbers(n))


class Failing:
    def __aiter__(self):
        return self

    async def __anext__(self):
        raise ValueError("next")


async def main():
    print([x async for x in (k * 10 async for k in numbers(4) if k % 2)])
    print([x async for x in (await double(k) for k in range(3))])
    print([x async for x in (k for k in range(5) if await double(k) > 4)])
    print([x async for x in ((a, b) async for a in numbers(2) for b in [await double(a), 7] async for _ in numbers(1))])
    print([x async for x in outside(3)])
    print([x for x in (k for k in await double([1, 2]))])
    inner = (y async for y in (z async for z in numbers(3)))
    print(type(inner).__name__, inner.__name__, inner.__qualname__)
    print(await anext(inner), await inner.__anext__(), await anext(inner, "none"), await anext(inner, "none"))
    names = (name async for name in numbers(9))
    print(await names.asend(None))
    await names.aclose()
    print([x async for x in names])
    thrown = (name async for name in numbers(9))
    await anext(thrown)
    try:
        await thrown.athrow(KeyError("thrown"))
    except KeyError as error:
        print(repr(error))
    try:
        (x async for x in range(1))
    except TypeError as error:
        print(error)
    try:
        [x async for x in (y async for y in Failing())]
    except ValueError as error:
        print(error)
    try:
        [x async for x in (1 / y async for y in numbers(2))]
    except ZeroDivisionError as error:
        print(error)
    late = 1
    closed = (late + k async for k in numbers(2))
    late = 100
    print([x async for x in closed])
    lazy = (print("evaluated", k) async for k in numbers(2))
    print("not yet")
    async for _ in lazy:
        pass
    print(sum([total := k async for k in (k async for k in numbers(4))]), total)
    try:
        list(k async for k in numbers(2))
    except TypeError as error:
        print(error)

    class C:
        items = (k async for k in numbers(2))

    print([x async for x in C.items])


asyncio.run(main())
