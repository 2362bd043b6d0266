# escape: the refusal that ends the run as the exception of a task
# expect: HC101
import asyncio
async def bad():
    getattr(bad, "__globals__")
async def main():
    task = asyncio.create_task(bad())
    try:
        await task
    except BaseException as e:
        e.__init__(None, "forged")
    return "went on"
asyncio.run(main())
