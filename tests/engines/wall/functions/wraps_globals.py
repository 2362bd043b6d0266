# escape: an attribute by functools.wraps
# expect: HC101
# control: yes
import functools
def f():
    pass
class W:
    pass
escaped = bool(functools.update_wrapper(W(), f, assigned=("__globals__",), updated=()).__globals__)
