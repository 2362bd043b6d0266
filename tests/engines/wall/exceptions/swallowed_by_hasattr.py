# escape: a refusal swallowed by a property under hasattr
# expect: HC101
class A:
    @property
    def x(self):
        return getattr(int, "__subclasses__")
hasattr(A(), "x")
escaped = "went on"
