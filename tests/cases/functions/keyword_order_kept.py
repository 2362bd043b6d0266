def f(**kw):
    return list(kw.items())
f(z=1, a=2, **{"m": 3})
