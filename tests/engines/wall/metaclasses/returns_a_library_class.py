# escape: a library class that becomes the guest's own
# expect: HC102
import asyncio
class M(type):
    def __new__(meta, name, bases, namespace):
        return asyncio.EventLoop
class X(metaclass=M):
    _runtime = 1
escaped = asyncio.new_event_loop()._runtime
