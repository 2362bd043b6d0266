# escape: a class that passes for another, changed later
# expect: HC106
import logging
class Mix:
    pass
class M(Mix, type):
    pass
class H(logging.Handler, metaclass=M):
    pass
class Open:
    pass
Mix.__hash__ = lambda cls: hash(Open)
Mix.__eq__ = lambda cls, other: True
escaped = H()._state
