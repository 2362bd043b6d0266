from functools import cached_property
class C:
    n = 0
    @cached_property
    def v(self):
        self.n += 1
        return self.n * 10
c = C()
(c.v, c.v, c.n, "v" in vars(c))
