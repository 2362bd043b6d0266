# escape: a library class that nobody may derive from, with its private names
# expect: HC107
# control: yes
import asyncio
loop = type(asyncio.new_event_loop())
class M(type):
    def mro(cls):
        return [cls, loop, object]
class A(metaclass=M):
    _runtime = "forged"
escaped = issubclass(A, loop)
