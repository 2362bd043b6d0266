# escape: a class over an unreviewed base by calling the metaclass
# expect: HC107
import asyncio
class M(type):
    pass
escaped = M("X", (asyncio.EventLoop,), {"_runtime": None})
