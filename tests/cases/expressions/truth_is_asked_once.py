class Loud:
    def __init__(self, name, true):
        self.name = name
        self.true = true

    def __bool__(self):
        print("bool", self.name)
        return self.true

    def __lt__(self, other):
        return Loud(f"{self.name}<{other.name}", self.true and other.true)


t, f = Loud("t", True), Loud("f", False)
values = [(t or f) or t, (f and t) or (t and f), (t and f) and t, t and (f or t), (f or t or t) and f]
print([value.name for value in values])
print((f and t or f).name, (t if f and t else f).name)
if t and f or f:
    print("yes")
elif (t and t) if f or t else f:
    print("elif")
while not (f or t and f):
    print("loop")
    break
print([1 for n in range(2) if t < t < f], {n for n in range(2) if t < t < t})
print(list(1 for n in range(2) if f and t))
print((t < f < t).name, ((t < f < t) or f).name)
assert not (f and t), t or f
print(not (f and t), not (t or f), (not (t and f)) or 1)
if not (t < f < t or f):
    print("chain")
match 1:
    case 1 if f and t:
        print("first")
    case _ if t or f:
        print("second")


def gen():
    if (yield 1) or t and f:
        print("sent")
    x = ((yield 2) or f) and t
    y = f or (yield 3)
    while f or (yield 4) and t:
        print("loop")
        break
    return [x.name, y.name, (t < (yield 5) < t).name, (t if (yield 6) and f else f).name]


g = gen()
sent = [None, f, f, t, f, t, t]
out = []
try:
    for each in sent:
        out.append(g.send(each))
except StopIteration as stop:
    out.append(stop.value)
out
