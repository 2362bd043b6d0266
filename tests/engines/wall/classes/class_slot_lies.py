# escape: an object that lies about its class by a slot
# expect: HC106
class Liar:
    __slots__ = ("__class__",)
escaped = Liar
