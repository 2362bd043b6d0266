class Proxy:
    def __init__(self): self.known = 1
    def __getattr__(self, name): return f"made {name}"
    def __setattr__(self, name, value): object.__setattr__(self, name, value * 2)
p = Proxy()
p.z = 4
(p.known, p.z, p.other, getattr(p, "third"), hasattr(p, "any"))
