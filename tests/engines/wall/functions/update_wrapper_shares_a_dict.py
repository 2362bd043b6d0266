# escape: the dictionary of a library object
# expect: HC101
import asyncio, functools
class W:
    pass
w = W()
functools.update_wrapper(w, asyncio.new_event_loop(), assigned=("__dict__",), updated=())
escaped = w.__dict__["_runtime"]
