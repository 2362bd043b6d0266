# escape: a refusal swallowed by __aexit__
# expect: HC101
import asyncio
class Quiet:
    async def __aenter__(self):
        return self
    async def __aexit__(self, *exc):
        return True
async def main():
    async with Quiet():
        getattr(int, "__subclasses__")
    return "went on"
escaped = asyncio.run(main())
