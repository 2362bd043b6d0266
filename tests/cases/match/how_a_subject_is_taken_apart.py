import collections.abc


class Noisy(collections.abc.Sequence):
    def __init__(self, *items, size=None):
        self.items = items
        self.size = len(items) if size is None else size

    def __len__(self):
        print("len", end=" ")
        return self.size

    def __getitem__(self, index):
        print(f"[{index}]", end=" ")
        return self.items[index]

    def __iter__(self):
        print("iter", end=" ")
        for item in self.items:
            print(f"next {item}", end=" ")
            yield item


def tell(subject):
    match subject:
        case [*_]:
            print("any")
    match subject:
        case [_, _]:
            print("two")
        case [_, *_]:
            print("one or more")
        case []:
            print("empty")
    match subject:
        case [1, *_, 3]:
            print("from 1 to 3")
        case [_, 2, *_]:
            print("second is 2")
        case [first, *rest, last]:
            print(first, rest, last)
        case [only]:
            print("only", only)
        case _:
            print("none")


for subject in (Noisy(), Noisy(5), Noisy(1, 2), Noisy(1, 2, 3), Noisy(0, 2, 4), Noisy(7, 8, 9, 10), [1, 3], "ab", (4,)):
    tell(subject)
for subject in (Noisy(1, 2, 3, size=2), Noisy(1, size=2)):
    try:
        match subject:
            case [a, b]:
                print("matched", a, b)
    except ValueError as error:
        print(error)


class Registered:
    pass


class Table(dict):
    def __len__(self):
        print("length", end=" ")
        return super().__len__()

    def get(self, key, default=None):
        print(f"get {key}", end=" ")
        return super().get(key, default)


collections.abc.Mapping.register(Registered)
match Registered():
    case [*_]:
        print("sequence")
    case {}:
        print("mapping")
for subject in (Table(), Table(a=1), Table(a=1, b=2)):
    match subject:
        case {"a": 1, "b": value, **rest}:
            print(value, rest)
        case {"a": value, **rest}:
            print("a only", value, rest)
        case {**rest}:
            print("rest", rest)
collections.abc.Sequence.register(Registered)
