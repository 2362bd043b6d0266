class V:
    def __init__(self, *x): self.x = x
    def __matmul__(self, o): return sum(a * b for a, b in zip(self.x, o.x))
    def __imatmul__(self, o): return V(*[a * b for a, b in zip(self.x, o.x)])
v = V(1, 2, 3)
r = v @ V(4, 5, 6)
v @= V(2, 2, 2)
(r, v.x)
