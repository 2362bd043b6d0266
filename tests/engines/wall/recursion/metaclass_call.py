# escape: a crash by recursion through C
# expect: guest RecursionError
class M(type):
    def __call__(cls):
        return cls()
class A(metaclass=M):
    pass
A()
