# escape: a library class that nobody may derive from, with its private names
# expect: HC105
# control: yes
import asyncio
loop = type(asyncio.new_event_loop())
class Mixin:
    pass
class M(Mixin, type):
    pass
Mixin.mro = lambda cls: [cls, loop, object]
class A(metaclass=M):
    _runtime = "forged"
escaped = issubclass(A, loop)
