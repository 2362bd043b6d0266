# escape: an ordinary metaclass must go on working
# expect: value (['A', 'B'], True)
class Registry(type):
    known = {}
    def __new__(meta, name, bases, namespace):
        cls = super().__new__(meta, name, bases, namespace)
        Registry.known[name] = cls
        return cls
class A(metaclass=Registry):
    pass
class B(A):
    pass
sorted(Registry.known), Registry.__mro__ == (Registry, type, object)
