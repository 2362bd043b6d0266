def make(n):
    class C:
        size = n
        def get(self): return n + self.size
    return C
(make(3)().get(), make(4).size)
