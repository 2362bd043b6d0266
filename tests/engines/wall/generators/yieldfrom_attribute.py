# escape: the generator behind a generator
# expect: HC101
# control: yes
def g():
    yield from iter([1])
x = g()
next(x)
escaped = x.gi_yieldfrom is not None
