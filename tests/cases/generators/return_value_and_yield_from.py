def inner():
    x = yield 1
    yield x
    return "done"
def outer():
    r = yield from inner()
    yield r
    yield from [7, 8]
g = outer()
(next(g), g.send("sent"), list(g))
