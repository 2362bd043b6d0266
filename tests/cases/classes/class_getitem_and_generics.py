from typing import Generic, TypeVar
T = TypeVar("T")
class Stack(Generic[T]):
    def __init__(self) -> None: self.items: list[T] = []
    def push(self, x: T) -> "Stack[T]":
        self.items.append(x)
        return self
s = Stack[int]().push(1).push(2)
(s.items, list[int]([1]), dict[str, int] == dict[str, int])
