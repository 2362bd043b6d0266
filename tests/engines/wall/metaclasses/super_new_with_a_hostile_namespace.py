# escape: special methods by super().__new__
# expect: HC106
class M(type):
    def __new__(meta, name, bases, namespace):
        return super().__new__(meta, name, bases, {**namespace, "__getattribute__": lambda self, name: 1})
class X(metaclass=M):
    pass
