class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Reading:
    limit = 3
    match Point(1, 2):
        case Point(x=1, y=found):
            kind = "one"
        case _:
            kind = "other"
    match Point(3, 4):
        case Point(a, b) if a == limit:
            total = a + b


print(Reading.kind, Reading.found, Reading.a, Reading.total)
