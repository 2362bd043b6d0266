class Bag:
    def __init__(self): self.d = {}
    def __setitem__(self, k, v): self.d[k] = v
    def __getitem__(self, k): return ("item", k, self.d.get(k) if not isinstance(k, slice) else None)
    def __delitem__(self, k): del self.d[k]
    def __contains__(self, k): return k in self.d
    def __len__(self): return len(self.d)
    def __iter__(self): return iter(sorted(self.d))
    def __reversed__(self): return reversed(sorted(self.d))
b = Bag()
b["x"] = 1; b["a"] = 2; b["q"] = 3
del b["q"]
(b["x"], "a" in b, len(b), list(b), list(reversed(b)), b[1:2], b[1, 2], bool(Bag()))
