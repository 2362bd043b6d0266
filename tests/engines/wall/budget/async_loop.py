# escape: a loop past the budget in a coroutine
# expect: limit ops
import asyncio
async def main():
    while True:
        await asyncio.sleep(0)
asyncio.run(main())
