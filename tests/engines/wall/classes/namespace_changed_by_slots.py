# escape: a special method put into a class body while its slots are read
# expect: value []
names, ended = [], []
class Slots:
    def __iter__(self):
        names[0]["__del__"] = lambda self: ended.append(1)
        return iter(("a",))
class A:
    names.append(locals())
    __slots__ = Slots()
A()
ended
