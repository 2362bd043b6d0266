class Box:
    def __init__(self, name):
        self.name = name

    def __getitem__(self, key):
        print("get", self.name, key)
        return key

    def __setitem__(self, key, value):
        print("set", self.name, key, value)

    def __delitem__(self, key):
        print("del", self.name, key)


def note(value):
    print("note", value)
    return value


a, b = Box("a"), Box("b")


def gen():
    a[note(1)] = b[(yield "two")] = a[note(3)] = note("value")
    a[note(1)], [x, *b[(yield "star")]], b.z = note((1, "xyz", 3))
    print(x, b.z)
    a[1] = y, *rest = "pqr"
    del a[note(1)], (b[(yield "del")], [a[note(3)]])
    for a[note(1)], b[(yield "for")] in [(5, 6), (7, 8)]:
        print("body")
    else:
        print("else")
    i: int = yield "annotated"
    b[(yield "key")]: int = note("item")
    a[i] += yield "augmented"
    with Manager() as (a[(yield "with")], c), Manager() as d:
        print(c, d)
    return y, rest


class Manager:
    def __enter__(self):
        return (1, 2)

    def __exit__(self, *error):
        print("exit")


def drive(work):
    out = []
    try:
        step = next(work)
        while True:
            out.append(step)
            step = work.send(step.upper())
    except StopIteration as stop:
        return out, stop.value


async def co():
    class Later:
        def __aiter__(self):
            return self

        async def __anext__(self):
            if note("next") and len(seen) > 1:
                raise StopAsyncIteration
            seen.append(1)
            return len(seen), 0

    class Now:
        def __await__(self):
            note("wait")
            return "key"
            yield

    seen = []
    async for a[await Now()], n in Later():
        print(n)
    return seen


try:
    co().send(None)
except StopIteration as stop:
    print(stop.value)
drive(gen())
