class Loud:
    def __iter__(self):
        print("iter")
        yield 1

    def keys(self):
        print("keys")
        return ["k"]

    def __getitem__(self, key):
        print("item", key)
        return key

    def __format__(self, spec):
        print("format", spec)
        return spec


def gen():
    loud = Loud()
    print([*loud, (yield "list")], (*loud, (yield "tuple"), *loud), sorted({*loud, (yield "set")}, key=str))
    print({**loud, "a": (yield "dict"), **loud})
    print(f"{loud:>4}{(yield 'format')}{loud!s:.3}{loud:{(yield 'spec')}}")
    print(*loud, (yield "call"), *loud)
    print([*(yield "whole"), *loud, (yield "last")])


work = gen()
out = [next(work)]
for sent in ("a", "b", "c", "d", "e", "<5", "f", "gh"):
    out.append(work.send(sent))


def failing():
    yield from [*1, (yield 1)]


def mapping():
    return {**1, "a": (yield 1)}


errors = []
for each in (failing, mapping):
    try:
        next(each())
    except TypeError as error:
        errors.append(str(error))
out, errors
