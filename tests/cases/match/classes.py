from dataclasses import dataclass
@dataclass
class P:
    x: int
    y: int
class Q:
    def __init__(self, v): self.v = v
def f(o):
    match o:
        case P(0, 0): return "origin"
        case P(x, y=0): return ("axis", x)
        case P(): return "point"
        case Q(v=[1, k]): return ("q", k)
        case int(n): return ("int", n)
        case str() as s if s: return ("str", s)
        case _: return "no"
[f(o) for o in (P(0, 0), P(3, 0), P(1, 2), Q([1, 5]), 7, "hey", "", Q(2), True)]
