class A:
    def __init__(self): self.log = ["A"]
    def who(self): return "A"
class B(A):
    def __init__(self):
        super().__init__()
        self.log.append("B")
    def who(self): return "B" + super().who()
class C(B):
    def who(self): return "C" + super(C, self).who()
c = C()
(c.log, c.who(), isinstance(c, A), C.__bases__[0].__name__, [k.__name__ for k in C.__mro__])
