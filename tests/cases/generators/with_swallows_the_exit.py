def g():
    with C():
        yield 1
    print('after with')
class C:
    def __enter__(self): return self
    def __exit__(self, t, v, tb): print(t.__name__); return True
x = g(); next(x); x.close()
