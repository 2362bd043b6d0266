# escape: a crash by recursion through C
# expect: guest RecursionError
class A:
    def __repr__(self):
        return repr([self])
repr(A())
