# escape: program text from a field's name
# expect: guest TypeError
import typing
class Lying(dict):
    def items(self):
        return [("x=print", int)]
class A(typing.NamedTuple):
    __annotations__ = Lying()
