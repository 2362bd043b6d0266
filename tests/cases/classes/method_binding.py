class C:
    def __init__(self, n): self.n = n
    def m(self, k=1): return self.n + k
c = C(5)
f = c.m
g = C.m
(f(), f(2), g(c, 3), list(map(c.m, [1, 2])), f.__self__ is c, f.__name__, c.m == c.m)
