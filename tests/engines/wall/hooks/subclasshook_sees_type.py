# escape: the real `type` in __subclasshook__
# expect: HC106
# control: yes
import abc
got = []
class A(abc.ABC):
    @classmethod
    def __subclasshook__(cls, subclass):
        got.append(subclass)
        return NotImplemented
isinstance(int, A)
escaped = got[0]("X", (), {"__del__": lambda self: None}) is not None
