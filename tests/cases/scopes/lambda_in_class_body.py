class C:
    k = 3
    f = lambda self: self.k
    g = staticmethod(lambda x: x * 2)
(C().f(), C.g(4))
