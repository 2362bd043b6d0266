# escape: a frame by a task
# expect: HC101
import asyncio
async def main():
    return asyncio.current_task().get_coro().cr_frame
asyncio.run(main())
