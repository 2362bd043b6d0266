from collections import namedtuple
from typing import NamedTuple
P = namedtuple("P", "x y", defaults=[0])
class Q(NamedTuple):
    a: int
    b: str = "z"
    def both(self): return f"{self.a}{self.b}"
p = P(1)
(p, p.x, p._replace(y=5), p._asdict(), P._fields, Q(1), Q(2, "k").both(), p == (1, 0), [*Q(3)])
