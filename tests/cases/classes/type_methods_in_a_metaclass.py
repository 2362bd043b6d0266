class Meta(type):
    made = []

    def __new__(cls, name, bases, namespace, **options):
        made = type.__new__(cls, name, bases, dict(namespace, extra=len(cls.made)), **options)
        cls.made.append(made)
        return made

    def __init__(cls, name, bases, namespace):
        type.__init__(cls, name, bases, namespace)
        type.__setattr__(cls, "label", name.lower())

    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return type.__call__(cls, *args)

    def __repr__(cls):
        return "our " + type.__repr__(cls)

    def __instancecheck__(cls, instance):
        return instance == 5 or type.__instancecheck__(cls, instance)

    def __subclasscheck__(cls, subclass):
        return subclass is int or type.__subclasscheck__(cls, subclass)


class One(metaclass=Meta):
    def __init__(self, value=0):
        self.value = value

    def own(self):
        return __class__.label


class Two(One):
    pass


print(One, One(3).value, One.extra, Two.extra, Two.label, One().own())
print(isinstance(5, One), isinstance(6, One), isinstance(Two(), One), issubclass(int, One), issubclass(Two, One))
One.number = 1
del One.number
print(hasattr(One, "number"), Meta("Third", (One,), {"x": 1}).x, type(Two) is Meta, type.mro(Two))
try:
    type.__new__(Meta, "Bad", (bool,), {})
except TypeError as error:
    print(error)
try:
    type.__call__(3)
except TypeError as error:
    print(error)
