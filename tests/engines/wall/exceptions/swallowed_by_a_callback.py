# escape: a refusal swallowed by the event loop
# expect: HC101
import asyncio
async def main():
    asyncio.get_running_loop().call_soon(lambda: getattr(int, "__subclasses__"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return "went on"
escaped = asyncio.run(main())
