import traceback


class Part:
    def __init__(self, number):
        self.number = number

    def m(self, *others):
        return self.number

    def __sub__(self, other):
        return Part(self.number - other.number)


def show(function):
    try:
        print(function(Part(1), Part(2), 3))
    except Exception:
        print(traceback.format_exc())


show(lambda a, b, c: (not a).x < a.m(b) < (a - b).m([q for q in (1, 2) if q], (a - b).number))
show(lambda a, b, c: a.m(b) < a.m(b) < (a - b).m([q for q in (1, 2) if q], (a - b).numbers))
show(lambda a, b, c: (a.number + b.number + c + a.number + b.number + c) + (a.number + b.nothing))
show(lambda a, b, c: [a.number, b.number, c, a.number, b.number, c, a.number, a.m(b), b.m(a, c), c.m(a)])
