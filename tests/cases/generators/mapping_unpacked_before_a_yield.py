def note(*a, **k): print("called", a, sorted(k.items())); return 1
class M:
    def __init__(s, n): s.n = n
    def keys(s): print("keys", s.n); return [s.n]
    def __getitem__(s, k): print("item", k); return k
def g():
    note(**M("a"), b=(yield 1), **M("c"))
    note(1, *[2], x=3, **M("d"), e=(yield 2))
    try: note(**5, b=(yield 3))
    except TypeError as e: print(e)
    try: note(a=1, **M("a"), b=(yield 4))
    except TypeError as e: print(e)
    try: note(**{1: 2}, b=(yield 5))
    except TypeError as e: print(e)
    class C(**M("m"), o=(yield 6)): 
        def __init_subclass__(cls, **k): print(k)
x = g()
try:
    for i in x: print("y", i)
except TypeError as e: print(e)
