# escape: a refusal swallowed by except*
# expect: HC101
try:
    getattr(int, "__subclasses__")
except* BaseException:
    pass
escaped = "went on"
