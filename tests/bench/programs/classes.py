class Shape:
    count = 0

    def __init__(self, name):
        self.name = name
        Shape.count += 1

    def area(self):
        return 0

    def describe(self):
        return self.name + ":" + str(self.area())


class Rectangle(Shape):
    def __init__(self, width, height):
        super().__init__("rectangle")
        self.width = width
        self._height = height

    @property
    def height(self):
        return self._height

    def area(self):
        return self.width * self.height


class Square(Rectangle):
    def __init__(self, side):
        super().__init__(side, side)
        self.name = "square"

    def __eq__(self, other):
        return self.area() == other.area()

    def __lt__(self, other):
        return self.area() < other.area()


def run(n):
    shapes = []
    for i in range(n):
        shapes.append(Square(i * 7 % 31) if i % 2 else Rectangle(i % 13, i % 17))
    total = 0
    for shape in shapes:
        total += shape.area()
    squares = sorted(shape for shape in shapes if isinstance(shape, Square))
    return total, squares[0].describe(), squares[-1].describe(), Shape.count


result = list(run(3_000))
