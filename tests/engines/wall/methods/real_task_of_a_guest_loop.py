# escape: a task that shows frames
# expect: guest TypeError
import asyncio
class W:
    _task_factory = None
    def _check_closed(self):
        pass
async def f():
    pass
escaped = asyncio.EventLoop.create_task(W(), f()).get_stack()
