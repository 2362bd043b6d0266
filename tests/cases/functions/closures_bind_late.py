fs = [lambda: i for i in range(3)]
gs = [lambda i=i: i for i in range(3)]
def make():
    out = []
    for k in range(3):
        def h():
            return k
        out.append(h)
    return out
([f() for f in fs], [g() for g in gs], [h() for h in make()])
