# escape: code in an annotation of a registered function
# expect: guest TypeError
import functools
@functools.singledispatch
def f(x):
    pass
@f.register
def g(x: "print('pwned')"):
    pass
