import inspect, functools
def outer(z):
    w = 2
    def inner(a, /, b=1, *c, d, e=5, **f):
        """Doc."""
        x = a
        yield x, b, c, d, e, f, z
        yield w
    return inner
g = outer(9)
print(inspect.signature(g), inspect.isgeneratorfunction(g), g.__doc__, g.__defaults__, g.__kwdefaults__, g.__qualname__)
print([c.cell_contents for c in g.__closure__], g.__code__.co_varnames, g.__code__.co_freevars, g.__code__.co_name, g.__code__.co_argcount, g.__code__.co_firstlineno)
print(list(g(1, 2, 3, d=4, q=7)))
for call in (lambda: g(), lambda: g(1), lambda: g(1, d=2, a=3), lambda: g(a=1, d=2)):
    try: print(list(call()))
    except TypeError as e: print(e)
g.__defaults__ = (8,)
print(list(g(1, d=2)))
class C:
    items = [1, 2]
    def __iter__(self):
        for i in self.items:
            yield i
    @property
    def p(self):
        yield 1
    @staticmethod
    def s(n):
        while n:
            n -= 1
            yield n
    @classmethod
    def c(cls):
        yield cls.__name__
    def __mangled(self): yield self.__x
    def go(self):
        self.__x = 5
        return list(self.__mangled())
    def sup(self):
        yield super().__repr__()[:5]
        yield __class__.__name__
print(list(C()), list(C().p), list(C.s(3)), list(C.c()), C().go(), list(C().sup()))
gen = C.s(2)
print(inspect.isgenerator(gen), next(gen))
def rec(n):
    if n:
        for x in rec(n - 1): yield x
    yield n
print(sum(rec(60)))
def many():
    if False: yield
print(list(many()))
def glob():
    global counter
    for counter in range(3):
        yield counter
    del counter
print(list(glob()), "counter" in globals())
def dele(a):
    yield a
    del a
    try: a
    except UnboundLocalError as e: yield str(e)
    a = 5
    yield a
print(list(dele(1)))
def walrus(v):
    while (n := next(v, None)) is not None:
        yield n
        if (m := n * 2) > 4: break
    yield m
print(list(walrus(iter([1, 2, 3, 4]))))
def loc(a):
    b = 1
    yield dict(locals())
    yield eval("a + b")
print(list(loc(2)))
def star(v):
    for a, *b in v:
        yield a, b
    first, *rest = v
    yield first, rest
print(list(star([(1, 2, 3), "xyz"])))
