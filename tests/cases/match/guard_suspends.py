def gen():
    match (yield 1):
        case [x, *rest] as whole if (yield x) and x > 1:
            found = ("list", x, rest, whole)
        case {"a": a, **others} if a or (yield "mapping"):
            found = ("dict", a, others)
        case int() | str() if not (yield "plain"):
            found = "plain"
        case _:
            found = "none"
    return found


def drive(*sent):
    work = gen()
    out = [next(work)]
    try:
        for each in sent:
            out.append(work.send(each))
    except StopIteration as stop:
        out.append(stop.value)
    return out


async def co():
    class Now:
        def __await__(self):
            yield
            return 5

    match 5:
        case n if n == await Now():
            return "awaited"


try:
    c = co()
    c.send(None)
    c.send(None)
except StopIteration as stop:
    print(stop.value)
match [1, 2]:
    case [_, *xs] as v:
        pass
print([name for name in globals() if name in ("v", "xs")])
drive([2, 3], 1), drive([1], 1), drive([3], 0), drive({"a": 0, "b": 1}, 1), drive({"a": 1}), drive(4, 0), drive(4, 1)
