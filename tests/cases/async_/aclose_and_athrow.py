import asyncio
async def ag():
    try:
        for i in range(5):
            yield i
    except GeneratorExit:
        print('ge')
        raise
    finally:
        await asyncio.sleep(0)
        print('closed')
async def main():
    a = ag()
    async for v in a:
        if v == 2: break
    await a.aclose()
    b = ag()
    print(await b.asend(None), await b.__anext__())
    try: await b.athrow(KeyError('k'))
    except KeyError as e: print('KE', e)
asyncio.run(main())
