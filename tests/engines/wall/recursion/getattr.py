# escape: a crash by recursion through C
# expect: guest RecursionError
class A:
    def __getattr__(self, name):
        return getattr(self, name)
A().x
