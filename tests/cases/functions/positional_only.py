def f(a, /, b, *, c):
    return (a, b, c)

def g(a, /, **kw):
    return (a, kw)

print(f(1, 2, c=3), f(1, b=2, c=3), g(1, a=2))
f(a=1, b=2, c=3)
