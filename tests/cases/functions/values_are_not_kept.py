"""What a statement needed for a moment is gone after it, in functions and in loops."""

import weakref


class Thing:
    def __init__(self, inner=None):
        self.inner = inner

    def this(self):
        return self

    def number(self):
        return 2


def made():
    thing = Thing(Thing())
    return thing, weakref.ref(thing)


def attributes():
    thing, seen = made()
    name = thing.inner.inner
    thing.inner.this().this()
    del thing
    return name, seen() is None


def calls():
    thing, seen = made()
    size = thing.this().number() * thing.this().number()
    thing.inner.copy = thing.this().number()
    del thing
    return size, seen() is None


def stored():
    thing, seen = made()
    holder = Thing()
    holder.inner = thing.this()
    holder.inner = None
    if thing.this().inner.inner is None:
        del thing
    return seen() is None


def inner_of_inner():
    holder = Thing(Thing(Thing()))
    seen = weakref.ref(holder.inner.inner)
    for turn in range(2):
        holder.inner.inner.inner = turn
        holder.inner.inner = Thing(turn)
    return seen() is None, holder.inner.inner.inner


print(attributes(), calls(), stored(), inner_of_inner())
seen = []
for turn in range(3):
    thing, ref = made()
    thing.inner.this().inner
    del thing
    seen.append(ref() is None)
print(seen)
