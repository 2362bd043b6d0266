class Base:
    def name(self):
        return "name of " + type(self).__name__


def attempt(function, *args):
    try:
        print(function.__name__, function(*args))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)


things = (1, 2)


class Derived(Base):
    def deleted(self):
        del self
        return [super().name() for _ in things]

    def deleted_before(self):
        del self
        return super().name()


for key, value in list(vars(Derived).items()):
    if not key.startswith("_"):
        attempt(value, Derived())
