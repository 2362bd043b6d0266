def g():
    print((yield 1), (yield 2))
it = g()
[next(it), it.send("a")]
try:
    it.send("b")
except StopIteration as e:
    r = e.value
r
