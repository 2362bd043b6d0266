# escape: a refusal swallowed by a bare except
# expect: HC101
try:
    getattr(print, "__subclasses__")
    getattr(int, "__subclasses__")
except:
    pass
escaped = "went on"
