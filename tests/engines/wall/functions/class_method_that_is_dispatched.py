# escape: the real `type`, by a class method among those that are dispatched
# expect: HC106
# control: yes
import functools
method = functools.singledispatchmethod(lambda self, value: None)
method.register(int, classmethod(lambda cls, value: cls))
real = method.__get__(int)(4)
escaped = real("X", (), {"__del__": lambda self: None}).__name__ == "X"
