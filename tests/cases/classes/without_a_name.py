# A class and a variable whose names are empty are none the worse for it.
nameless = type("", (), {"n": 1})()
print(nameless.n, type(nameless).__name__ == "", repr(type(nameless)))


class A:
    pass


A.__name__ = A.__qualname__ = ""
a = A()
print(type(a).__name__ == "", A.__qualname__ == "")
globals()[""] = 2
print(globals()[""], "" in globals())
try:
    raise type("", (Exception,), {})("m")
except Exception as error:
    print(error, type(error).__name__ == "")
