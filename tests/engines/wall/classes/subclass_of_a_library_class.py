# escape: a class over an unreviewed library class
# expect: HC107
import asyncio
class Loop(asyncio.EventLoop):
    pass
