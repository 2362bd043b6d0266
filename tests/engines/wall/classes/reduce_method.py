# escape: a hook of the pickle protocol
# expect: HC106
class A:
    def __reduce__(self):
        return (print, ("x",))
escaped = A
