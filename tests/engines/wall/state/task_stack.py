# escape: a frame by a task
# expect: value []
import asyncio
async def main():
    return asyncio.current_task().get_stack()
escaped = asyncio.run(main())
escaped
