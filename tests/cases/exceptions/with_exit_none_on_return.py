class R:
    def __enter__(self): return 5
    def __exit__(self, *a):
        print(a)
def f():
    with R() as v:
        return v
def g():
    for i in range(3):
        with R():
            if i == 1: break
            continue
    return i
(f(), g())
