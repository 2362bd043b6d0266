x = "é\n"
v = 3.14159
w = 10
class P:
    def __format__(self, spec): return f"<{spec}>"
    def __repr__(self): return "P()"
(f"{x!r}|{x!a}|{x!s}", f"{v:.2f}|{v:>{w}.1f}|{v!r:>10}", f"{P()}{P():abc}{P()!r:>5}", f"{{}}{w}")
