a = 1
def f(b):
    c = 3
    return sorted(locals())
f(2)
