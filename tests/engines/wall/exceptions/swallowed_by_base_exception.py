# escape: a refusal swallowed by except BaseException
# expect: HC101
try:
    getattr(int, "__subclasses__")
except BaseException:
    pass
escaped = "went on"
