# escape: a refusal swallowed inside a generator
# expect: HC101
def g():
    try:
        getattr(int, "__subclasses__")
        yield 1
    except BaseException:
        yield "went on"
escaped = next(g())
