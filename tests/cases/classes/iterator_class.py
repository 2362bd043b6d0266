class Count:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n <= 0: raise StopIteration
        self.n -= 1
        return self.n
(list(Count(3)), sum(Count(4)), max(Count(3)), [a for a in zip(Count(2), "xyz")])
