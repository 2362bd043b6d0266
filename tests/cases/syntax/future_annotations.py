from __future__ import annotations
def f(x: not_defined) -> also_not: return x
class C:
    a: whatever = 1
(f(1), f.__annotations__, C.__annotations__)
