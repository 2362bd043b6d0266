import asyncio
async def producer(q):
    for i in range(3):
        await q.put(i)
    await q.put(None)
async def consumer(q, out):
    while (x := await q.get()) is not None:
        out.append(x * x)
async def main():
    q, out = asyncio.Queue(maxsize=1), []
    async with asyncio.TaskGroup() as tg:
        tg.create_task(producer(q))
        tg.create_task(consumer(q, out))
    return out
asyncio.run(main())
