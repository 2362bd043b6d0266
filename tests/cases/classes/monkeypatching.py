class C:
    def m(self): return "old"
c = C()
C.m = lambda self: "new"
first = c.m()
c.m = lambda: "own"
C.extra = 5
(first, c.m(), c.extra, C().m())
