# escape: an object that lies about its class by a slot whose name is no plain str
# expect: HC109
class Name(str):
    pass
class Liar:
    __slots__ = (Name("__class__"),)
escaped = Liar
