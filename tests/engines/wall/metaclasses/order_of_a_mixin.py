# escape: a library class that nobody may derive from, with its private names
# expect: HC106
# control: yes
import asyncio
loop = type(asyncio.new_event_loop())
class Mixin:
    def mro(cls):
        return [cls, loop, object]
class M(Mixin, type):
    pass
class A(metaclass=M):
    _runtime = "forged"
escaped = issubclass(A, loop)
