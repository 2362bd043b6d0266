import reprlib


class Short(reprlib.Repr):
    def repr_int(self, value, level):
        return f"int {value}"


class Node:
    def __init__(self):
        self.children = [self]

    @reprlib.recursive_repr("<...>")
    def __repr__(self):
        return f"Node({self.children!r})"


print(reprlib.repr("x" * 100), reprlib.repr(list(range(50))), reprlib.repr({n: n for n in range(10)}))
short = Short()
short.maxlist = 2
short.maxstring = 10
print(short.repr([1, 2, 3]), short.repr("abcdefghijklmnop"), short.repr({1, 2}), Node())
