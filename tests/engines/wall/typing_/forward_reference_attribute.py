# escape: an attribute in a forward reference
# expect: HC101
import typing
def g():
    pass
def f(x: "g.__globals__"):
    pass
escaped = typing.get_type_hints(f)
