# escape: a refusal swallowed by contextlib.suppress
# expect: HC101
import contextlib
with contextlib.suppress(BaseException):
    getattr(int, "__subclasses__")
escaped = "went on"
