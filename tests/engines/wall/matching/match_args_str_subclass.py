# escape: an attribute by a name that lies
# expect: guest TypeError
class Name(str):
    def __eq__(self, other):
        return True
    __hash__ = str.__hash__
class A:
    __match_args__ = (Name("__globals__"),)
match A():
    case A(x):
        escaped = x
