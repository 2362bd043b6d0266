calls = []
def v(x):
    calls.append(x)
    return x
r = (v(1) < v(2) < v(3), v(3) < v(2) < v(9), 1 == 1.0 != 2, 1 < 3 > 2)
(r, calls)
