import asyncio
async def w():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print('cancelled'); raise
    finally: print('f')
async def main():
    t = asyncio.create_task(w()); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print('done')
    async with A() as a:
        return a
class A:
    async def __aenter__(self): await asyncio.sleep(0); return 7
    async def __aexit__(self, *e): print('exit', e)
asyncio.run(main())
