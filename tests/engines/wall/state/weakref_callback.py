# escape: code that the garbage collector runs
# expect: guest TypeError
import weakref
class A:
    pass
weakref.ref(A(), lambda ref: None)
