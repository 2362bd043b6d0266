def f(a, b=2, *rest, c, d=4, **more):
    return (a, b, rest, c, d, more)

[f(1, c=3), f(1, 2, 3, 4, c=5), f(1, c=3, e=6, b=9), f(*[1, 2], *[3], **{"c": 0}, **{"z": 1})]
