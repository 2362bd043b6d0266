class Loud:
    def __init__(self, true):
        self.true = true

    def __bool__(self):
        print("bool", self.true)
        return self.true


t, f = Loud(True), Loud(False)
values = [(t if f else f and t) or 1, (f or t if t else f) and 2, ((t and f) if (t or f) else t) or 3]


def gen():
    return [(t if (yield 1) else f and t) or 1, (f or t if t else (yield 2)) and 2]


work = gen()
next(work)
try:
    work.send(f)
except StopIteration as stop:
    values += stop.value
[value if isinstance(value, int) else value.true for value in values]
