def f():
    r = [(y := x) for x in range(3)]
    return r, y
f()
