# escape: a mapping other than __dict__
# expect: HC101
import functools
class W:
    pass
functools.update_wrapper(W(), lambda: 0, updated=("__globals__",))
