import asyncio
async def main():
    sem, ev, lock, log = asyncio.Semaphore(2), asyncio.Event(), asyncio.Lock(), []
    async def w(i):
        async with sem:
            await ev.wait()
            async with lock:
                log.append(i)
    tasks = [asyncio.create_task(w(i)) for i in range(4)]
    await asyncio.sleep(0)
    ev.set()
    await asyncio.gather(*tasks)
    return sorted(log)
asyncio.run(main())
