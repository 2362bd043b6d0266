import weakref


class Thing:
    def keeps_its_error(self, other):
        if 0:
            lambda: self
        try:
            1 / 0
        except Exception as error:
            self.error = error
        self = None

    def deletes(self, other, *rest, key=None, **more):
        try:
            raise ValueError
        except ValueError as error:
            other.error = error
        del self, other, rest, key, more


def alive(make):
    thing, other = Thing(), Thing()
    refs = weakref.ref(thing), weakref.ref(other)
    make(thing, other)
    del thing, other
    return [ref() is not None for ref in refs]


print(alive(lambda thing, other: None))
print(alive(Thing.keeps_its_error))
print(alive(lambda thing, other: thing.keeps_its_error(None)))


def rebinds(thing, other):
    thing.keeps_its_error(other)
    thing = other = None


print(alive(rebinds))


def count(n, *rest, step=1):
    total = 0
    while n > 0:
        n -= step
        total += n
        rest = rest[1:]
    return n, total, rest


thing = Thing()
ref = weakref.ref(thing)
thing.keeps_its_error(None)
del thing
print(count(5), count(5, 1, 2, 3, 4, 5, 6, 7, step=2), ref())
