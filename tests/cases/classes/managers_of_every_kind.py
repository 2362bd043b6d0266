import weakref


class Speaks:
    def __init__(self, name, value):
        self.name, self.value = name, value

    def __get__(self, instance, owner):
        print("get", self.name, type(instance).__name__, owner.__name__)
        return self.value


class CallsItself:
    def __call__(self, *args):
        print("called with", len(args))


def attempt(make):
    try:
        with make() as value:
            print("inside", value)
            [][1]
    except Exception as error:
        print(type(error).__name__, error)


class OfTheClass:
    @classmethod
    def __enter__(cls):
        return cls.__name__

    @classmethod
    def __exit__(cls, *args):
        print(cls.__name__, len(args))
        return True


class Static:
    @staticmethod
    def __enter__(*args):
        return args

    @staticmethod
    def __exit__(*args):
        print(len(args), args[0].__name__)


class Properties:
    @property
    def __enter__(self):
        print("property enter")
        return lambda: "entered"

    @property
    def __exit__(self):
        print("property exit")
        return lambda *args: print(len(args)) or True


class Callables:
    __enter__ = CallsItself()
    __exit__ = CallsItself()


class Descriptors:
    __enter__ = Speaks("enter", lambda: "value")
    __exit__ = Speaks("exit", lambda *args: print("exit with", len(args)) or True)


class OnlyEnter:
    __enter__ = Speaks("enter", lambda: 1)


class OnlyExit:
    def __exit__(self, *args):
        print("never")


class Nothing:
    __enter__ = None
    __exit__ = None


class Missing:
    @property
    def __enter__(self):
        raise AttributeError("of the property")

    def __exit__(self, *args):
        print("never")


class ByType(type):
    def __enter__(cls, *args):
        print("enter of the metaclass", len(args))
        return cls.__name__

    def __exit__(cls, *args):
        print("exit of the metaclass", len(args))
        return True


class Made(metaclass=ByType):
    pass


class Both(metaclass=ByType):
    def __enter__(self):
        return "of the class"

    def __exit__(self, *args):
        return True


class InTheInstance:
    def __init__(self):
        self.__enter__ = self.__exit__ = lambda *args: print("never")

    def __getattr__(self, name):
        print("never asked for", name)


class Inherits(OfTheClass):
    pass


class ByHand:
    pass


ByHand.__enter__ = lambda self: "from outside"
ByHand.__exit__ = staticmethod(lambda *args: len(args) == 3)

for kind in (OfTheClass, Static, Properties, Callables, Descriptors, OnlyEnter, OnlyExit, Nothing, Missing, Made, Both):
    print(kind.__name__)
    attempt(kind)
for make in (lambda: Made, InTheInstance, Inherits, ByHand, lambda: 5):
    attempt(make)


def suspended(make):
    try:
        with make() as value:
            print("inside", (yield value))
            [][1]
    except Exception as error:
        print(type(error).__name__, error)


for kind in (OfTheClass, Static, Properties, Callables, Descriptors, OnlyEnter, Nothing, Missing, Made, Both):
    print(kind.__name__, list(suspended(kind)))


class Dies:
    def __enter__(self):
        return self

    @staticmethod
    def __exit__(*args):
        print("left")


manager = Dies()
seen = weakref.ref(manager)
with manager as value:
    del manager, value
    print(seen())
