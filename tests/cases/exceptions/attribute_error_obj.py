class Thing:
    __slots__ = ("x",)

    def __init__(self):
        self.here = 1


class Meta(type):
    pass


class Made(metaclass=Meta):
    pass


thing = Made()
for what in thing, Made, 1, "a", None, object():
    try:
        what.missing
    except AttributeError as error:
        print(error.name, error.obj is what)
try:
    Thing()
except AttributeError as error:
    print(error.name, type(error.obj) is Thing)
own = AttributeError("Ouch", name="n", obj=thing)
print(own.name, own.obj is thing, own.args, AttributeError("x").obj)
try:
    getattr(thing, "gone")
except AttributeError as error:
    print(error.name, error.obj is thing)
