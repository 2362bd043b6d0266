class M:
    def __init__(self, n): self.n = n
    def __add__(self, o): return M(self.n + (o.n if isinstance(o, M) else o))
    __radd__ = __add__
    def __sub__(self, o): return NotImplemented
    def __neg__(self): return M(-self.n)
    def __bool__(self): return self.n != 0
    def __iadd__(self, o): self.n += 100; return self
    def __call__(self, k): return self.n * k
    def __repr__(self): return f"M({self.n})"
    def __int__(self): return self.n
    def __index__(self): return self.n
m = M(1)
m += 1
r = [M(1) + M(2), 5 + M(1), sum([M(1), M(2)]), -M(3), bool(M(0)), m, M(4)(2), int(M(7)), [10, 20, 30][M(1)]]
print(r)
M(1) - M(2)
