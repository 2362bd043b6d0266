import asyncio
log = []
async def work(n, d):
    await asyncio.sleep(d)
    log.append(n)
    return n * 10
async def main():
    r = await asyncio.gather(work(1, 0.02), work(2, 0.001), return_exceptions=True)
    return r
(asyncio.run(main()), log)
