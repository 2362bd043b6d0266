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
    def of_generator(self):
        return list(super().name() for _ in things)

    def object_in_generator(self):
        return list(super() for _ in things)

    def list_in_generator(self):
        return list([super().name() for _ in things] for _ in things)

    def generator_in_list(self):
        return [list(super().name() for _ in things) for _ in things]

    def star_in_a_generator(*args):
        return list(super().name() for _ in things)


for key, value in list(vars(Derived).items()):
    if not key.startswith("_"):
        attempt(value, Derived())


def outside(x):
    return list(super().name() for _ in things)


attempt(outside, 1)
