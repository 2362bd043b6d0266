# escape: the real `type` among the bases that a metaclass sees
# expect: HC106
got = []
class MM(type):
    def __new__(meta, name, bases, namespace):
        got.append(bases)
        return super().__new__(meta, name, bases, namespace)
class M(type, metaclass=MM):
    pass
escaped = got[0][0]("X", (), {"__del__": lambda self: None})
