"""Statements of function bodies and loops: how often truth is asked for, what is stored where, how blocks are left."""


class Loud:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        print("lt", self.value)
        return self

    def __mul__(self, other):
        print("mul", self.value)
        return [self.value, 0]

    def __bool__(self):
        print("bool", self.value)
        return self.value > 0


def conditions(one, two):
    if one < one * 1 < two:
        print("first")
    elif two < two < two ** 2:
        print("second")
    else:
        print("neither")
    while one < (kept := two) < two * 1:
        return kept.value
    if not (one < two < one * 2):
        return "not"


def waiting(one):
    if 0 < 1 and one < one < one * 1:
        yield 1
    while one < one < one * 1:
        yield 2
        break


def targets(item, pairs):
    for (item * (n := 0))[1] in (1, 2):
        print("stored", n)
    for a, *b in pairs:
        item.value += a
        item.last = b
        if a == 2:
            continue
        if a == 3:
            break
    else:
        print("to the end")
    item.both, [c, d] = 1, (2, 3)
    item.value *= 2
    return a, b, c, d, item.value, item.last, item.both


for maker in (conditions, lambda one, two: list(waiting(one))):
    for value in (0, 1):
        try:
            print(maker(Loud(value), Loud(1)))
        except TypeError as error:
            print(error)
print(targets(Loud(1), [(1,), (2, "x"), (3, "y", "z"), (4,)]))
print(targets(Loud(1), [(1,), (2, "x")]))
for (Loud(5) * (i := 0))[1] in "ab":
    print(i)


def leaves(n):
    for i in range(n):
        for j in range(n):
            try:
                if j == 1:
                    break
                if i == 2:
                    return None
                if i == 1:
                    continue
            finally:
                print("finally", i, j)
            print("after", i, j)
        else:
            print("no break")
    while True:
        n += 1
        if n % 5:
            continue
        with_else = [n for n in range(n) if n % 2]
        return with_else


print(leaves(2), leaves(3))
total = 0
for number in range(4):
    total += number
    word: str = "x" * number
    if number == 2:
        undefined_later = number
        continue
    print(total, word)
