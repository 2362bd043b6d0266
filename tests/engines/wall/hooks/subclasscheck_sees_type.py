# escape: the real `type` in __subclasscheck__
# expect: HC106
import abc
got = []
class M(abc.ABCMeta):
    def __subclasscheck__(cls, subclass):
        got.append(subclass)
        return False
class A(metaclass=M):
    pass
isinstance(int, A)
escaped = got[0]("X", (), {"__del__": lambda self: None})
