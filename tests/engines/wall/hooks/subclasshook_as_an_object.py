# escape: an unwrapped __subclasshook__
# expect: HC106
import abc
class Hook:
    def __call__(self, subclass):
        return True
class A(abc.ABC):
    __subclasshook__ = Hook()
