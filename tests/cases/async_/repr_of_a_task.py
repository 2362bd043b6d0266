import asyncio, re
async def work(): await asyncio.sleep(0)
async def main():
    t = asyncio.create_task(work(), name="T")
    print(repr(t)); print(t.get_coro().__name__)
    await t
    print(repr(t))
    f = asyncio.get_running_loop().create_future()
    print(repr(f)); f.set_result(5); print(repr(f))
    c = work(); print(re.sub("0x[0-9a-f]+", "0x", repr(c))); c.close()
    async def fail(): raise ValueError("x")
    t = asyncio.create_task(fail(), name="F")
    try: await t
    except ValueError: pass
    print(repr(t))
asyncio.run(main())


async def waiting():
    try:
        await asyncio.sleep(5)
    finally:
        pass


async def shown():
    task = asyncio.create_task(waiting(), name="W")
    await asyncio.sleep(0)
    print(re.sub(" wait_for=.*", "", repr(task)))
    task.cancel()


asyncio.run(shown())
