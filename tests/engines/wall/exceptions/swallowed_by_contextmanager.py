# escape: a refusal swallowed by a generator's context manager
# expect: HC101
import contextlib
@contextlib.contextmanager
def quiet():
    try:
        yield
    except BaseException:
        pass
with quiet():
    getattr(int, "__subclasses__")
escaped = "went on"
