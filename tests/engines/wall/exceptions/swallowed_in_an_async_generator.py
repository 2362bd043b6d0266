# escape: a refusal swallowed inside an async generator
# expect: HC101
import asyncio
async def g():
    try:
        getattr(int, "__subclasses__")
        yield 1
    except BaseException:
        yield "went on"
async def main():
    async for x in g():
        return x
escaped = asyncio.run(main())
