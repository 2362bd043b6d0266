def g(n):
    for i in range(n):
        yield i
a, b = g(3), g(2)
[next(a), next(b), next(a), list(b), list(a)]
