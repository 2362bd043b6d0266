class Point:
    """A point."""
    origin = (0, 0)
    def __init__(self, x, y=0):
        self.x, self._y = x, y
    @property
    def y(self):
        return self._y
    @y.setter
    def y(self, value):
        if value < 0:
            raise ValueError("negative")
        self._y = value
    @y.deleter
    def y(self):
        self._y = None
    @staticmethod
    def make(n): return Point(n, n)
    @classmethod
    def zero(cls): return cls(*cls.origin)
p = Point(1)
p.y = 5
q = Point.make(3)
del q.y
(p.x, p.y, q.y, Point.zero().x, vars(p), Point.__doc__, Point.__name__)
