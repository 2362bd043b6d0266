import asyncio
class Res:
    async def __aenter__(self): print("open"); return self
    async def __aexit__(self, *a): print("close", a[0] and a[0].__name__)
async def ticks(n):
    for i in range(n):
        yield i
        await asyncio.sleep(0)
async def main():
    async with Res():
        out = [x async for x in ticks(4) if x % 2]
    async for x in ticks(2):
        out.append(x)
    else:
        out.append("else")
    return out, {k: v async for k, v in pairs()}
async def pairs():
    yield "a", 1
asyncio.run(main())
