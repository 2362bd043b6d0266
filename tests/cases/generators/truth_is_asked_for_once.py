class Loud:
    def __init__(self, name, answer):
        self.name, self.answer = name, answer

    def __bool__(self):
        print("bool", self.name)
        return self.answer


def steps(yes, no, **given):
    yield 1
    if 1 != given.get("x", 1) or (yes and 1):
        yield 2
    if given.get("x", no) or (given.get("y", no) and yes):
        yield 3
    elif not given.get("z", yes):
        yield 4
    while given.get("x", no) or (given.get("y", yes) and len(given) < 3):
        given[len(given)] = 1
        yield 5


print(list(steps(Loud("yes", True), Loud("no", False))))
