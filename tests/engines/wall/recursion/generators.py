# escape: a crash by deeply nested generators
# expect: guest RecursionError
def g():
    yield from g()
list(g())
