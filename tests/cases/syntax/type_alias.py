# min-python: 3.12
type Pair[T] = tuple[T, T]
type Name = str
def first[T](xs: list[T]) -> T:
    return xs[0]
class Box[T]:
    def __init__(self, v: T): self.v = v
(first([1, 2]), Box(3).v, Name.__value__, Pair.__name__)
