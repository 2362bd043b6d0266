# escape: the generator behind a coroutine
# expect: HC101
import types
async def c():
    pass
x = c()
escaped = getattr(x, "cr_await")
