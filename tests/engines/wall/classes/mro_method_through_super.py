# escape: unreviewed base classes through super()
# expect: value [<class '__main__.X'>, <class 'object'>]
class M(type):
    def classes(cls):
        return super().mro()
class X(metaclass=M):
    pass
X.classes()
