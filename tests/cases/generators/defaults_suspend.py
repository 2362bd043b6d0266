def note(value):
    print(type(value))
    return value


def gen():
    def f(a, b=note((yield 1)), *, c=(yield 2), d=note(4)):
        return a, b, c, d

    g = lambda x, y=(yield 3), *, z=(yield 4): (x, y, z)

    @(yield 5)
    def h(n=(yield 6)):
        return n

    return f(0), g(0), h()


def keep(function):
    return function


work = gen()
out = [next(work)]
try:
    for each in ("b", "c", "y", "z", keep, "n"):
        out.append(work.send(each))
except StopIteration as stop:
    out.append(stop.value)
print(out)


class Now:
    def __await__(self):
        return (yield "now")


async def co():
    def inner(*, key=await Now()):
        return key

    return inner(), (lambda n=await Now(): n)()


c = co()
print(c.send(None), c.send(1))
try:
    c.send(2)
except StopIteration as stop:
    result = stop.value
result
