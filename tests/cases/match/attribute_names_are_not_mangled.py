class C:
    __attr = "eggs"
    _Outer__attr = "bacon"
class Outer:
    def f(self, x):
        match x:
            case C(__attr=y):
                return y
c = C()
setattr(c, "__attr", "spam")
print(Outer().f(c))
def f(**kw): return sorted(kw)
print(f(__format__=1, __str__=2, __x__=3), dict(__add__=1))
