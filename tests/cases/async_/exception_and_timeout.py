import asyncio
async def bad():
    raise ValueError("async")
async def main():
    out = []
    try:
        await bad()
    except ValueError as e:
        out.append(str(e))
    try:
        await asyncio.wait_for(asyncio.sleep(5), timeout=0.01)
    except asyncio.TimeoutError:
        out.append("timeout")
    r = await asyncio.gather(bad(), return_exceptions=True)
    out.append(type(r[0]).__name__)
    return out
asyncio.run(main())
