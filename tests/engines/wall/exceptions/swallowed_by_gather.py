# escape: a refusal swallowed by asyncio.gather
# expect: HC101
import asyncio
async def bad():
    getattr(int, "__subclasses__")
async def main():
    return await asyncio.gather(bad(), return_exceptions=True)
escaped = asyncio.run(main())
