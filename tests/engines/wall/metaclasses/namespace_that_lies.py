# escape: special methods in a dict that hides them
# expect: value (False, False)
class Hidden(dict):
    def __iter__(self):
        return iter(())
    def keys(self):
        return ()
class M(type):
    pass
X = M("X", (), Hidden({"__del__": lambda self: None}))
hasattr(X, "__enter__"), "__del__" in dir(X)
