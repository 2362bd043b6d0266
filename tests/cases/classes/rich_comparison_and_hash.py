from functools import total_ordering
@total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return isinstance(o, V) and self.n == o.n
    def __lt__(self, o): return self.n < o.n
    def __hash__(self): return hash(self.n)
    def __repr__(self): return f"V({self.n})"
(V(1) < V(2), V(2) >= V(2), V(1) != V(1), sorted([V(3), V(1)]), len({V(1), V(1)}), V(1) == 1, max(V(2), V(5)))
