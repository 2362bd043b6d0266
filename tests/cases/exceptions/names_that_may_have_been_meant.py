import traceback
count = 3
def show(f, *a):
    try: f(*a)
    except Exception: print(traceback.format_exc())
def f(number):
    total = 1
    return totl + number
show(f, 2)
def g(): return cuont
show(g)
show(lambda: "x".uper())
class C:
    def __init__(self): self.name = 1; self._hidden = 2
    def m(self): return name
    def n(self): return self.nmae
    def o(self): return self.hidden
show(C().m); show(C().n); show(C().o); show(lambda: C().hidden); show(lambda: C()._hiden)
show(lambda: prnit(3))
show(lambda: colections)
show(lambda: collections.x)
show(lambda: math)
def gen(values):
    for value in values:
        yield valeu
show(lambda: list(gen([1])))
def closure():
    outside = 1
    def inner():
        outside
        return outsid
    return inner
show(closure())
def early():
    print(leter)
    later = 1
    letter = 2
show(early)
try: raise NameError("text", name="prin")
except NameError as e:
    print(traceback.format_exception_only(e)); print(traceback.format_exc())
try:
    try: f(1)
    except NameError as e: raise ValueError("outer") from e
except ValueError: print(traceback.format_exc())
class D:
    attribute = 1
    try: attribut
    except NameError: print(traceback.format_exc())
show(lambda: [itm for item in [1]])
show(lambda: [itm for item in [1] for itm in items])
class E:
    def __dir__(self): raise ValueError
    def __getattr__(self, n): raise AttributeError("none", name=n, obj=self)
show(lambda: E().x)
def caught(letter):
    try: lettre
    except NameError: print(traceback.format_exc())
    class Inner:
        word = letter
        try: wrod
        except NameError: print(traceback.format_exc())
    def more():
        try: lettre
        except NameError: print(traceback.format_exc())
        return letter
    more()
caught(1)

import math as m
show(lambda: m.sqr)


def unbound(letter):
    try:
        lettre
    except NameError as error:
        print(error.name, traceback.format_exc())
    lettre = 1


unbound(2)


def inside(letter):
    word = 1
    return list(wrod for each in "a")


show(inside, 1)
