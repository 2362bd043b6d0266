def f():
    x: undefined_name = 3
    y: int
    return x
f()
