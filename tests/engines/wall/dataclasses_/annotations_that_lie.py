# escape: program text from a field's name
# expect: guest TypeError
import dataclasses
class Lying(dict):
    def items(self):
        return [("x=print", int)]
    def __iter__(self):
        return iter(())
@dataclasses.dataclass
class A:
    __annotations__ = Lying()
