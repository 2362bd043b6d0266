x = "outer"
def f(x="default"):
    return x
y = 1
def g(a=y):
    return a
y = 2
(f(), g(), f("given"))
