# escape: special methods past the class statement by a subclass of ABCMeta
# expect: HC106
import abc
class M(abc.ABCMeta):
    pass
escaped = M("X", (), {"__del__": lambda self: None})
