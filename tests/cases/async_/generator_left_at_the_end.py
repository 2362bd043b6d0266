# What is still to be closed when the main coroutine has returned is closed before asyncio.run returns.
import asyncio


async def g():
    try:
        yield 1
        yield 2
    finally:
        print("closed")


async def main():
    async for i in g():
        print(i)
        break


asyncio.run(main())
print("end")
with asyncio.Runner() as runner:
    runner.run(main())
    print("in the runner")
print("after it")
