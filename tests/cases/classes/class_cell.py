class Meta(type):
    def __new__(cls, name, bases, namespace):
        print(sorted(key for key in namespace if key != "__firstlineno__" and key != "__static_attributes__"))
        return super().__new__(cls, name, bases, namespace)


class Uses(metaclass=Meta):
    def name(self):
        return __class__.__name__

    def __init_subclass__(cls):
        print(__class__, super().__init_subclass__)


print(Uses().name())


class Plain(metaclass=Meta):
    pass


class Forgets(type):
    def __new__(cls, name, bases, namespace):
        namespace.pop("__classcell__", None)
        return type.__new__(cls, name, bases, namespace)


try:

    class Lost(metaclass=Forgets):
        def method(self):
            return __class__

except RuntimeError as error:
    print(error)


class Replaces(type):
    def __new__(cls, name, bases, namespace):
        type.__new__(cls, "First", bases, namespace)
        return type.__new__(cls, "Second", bases, dict(namespace))


try:

    class Third(metaclass=Replaces):
        def method(self):
            return __class__

    print(Third().method(), Third)
except TypeError as error:
    print(error)


class Elsewhere(type):
    def __new__(cls, name, bases, namespace):
        type.__new__(cls, "First", bases, namespace)
        namespace.pop("__classcell__", None)
        return type.__new__(cls, "Second", bases, namespace)


try:

    class Fourth(metaclass=Elsewhere):
        def method(self):
            return __class__

    print("made")
except TypeError as error:
    print(error)


class Order(type):
    def mro(cls):
        found = super().mro()
        print([each.__name__ for each in found], [each.__name__ for each in type.mro(cls)])
        return found


class Ordered(Uses.__mro__[-1], metaclass=Order):
    pass


print(type.mro(tuple), bool.mro())
exec("seen = 1\ndef function():\n    return seen", globals())
print(function(), eval("seen + 1", globals()))
