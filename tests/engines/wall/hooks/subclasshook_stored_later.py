# escape: an unwrapped __subclasshook__
# expect: HC105
import abc
class A(abc.ABC):
    pass
A.__subclasshook__ = classmethod(lambda cls, subclass: True)
