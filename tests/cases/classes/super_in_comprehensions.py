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
    def of_list(self):
        return [super().name() for _ in things]

    def of_set(self):
        return {super().name() for _ in things}

    def of_dict(self):
        return {each: super().name() for each in things}

    def nested(self):
        return [[super().name() for _ in things] for _ in things]

    def in_the_first_iterable(self):
        return [each for each in super().name()]

    def of_a_lambda(self):
        return (lambda: super().name())()

    def of_a_lambda_with_argument(self):
        return (lambda this: super().name())(self)

    def variable_of_the_same_name(self):
        return [super().name() for self in [self]]

    def variables_of_the_same_name(self):
        return [[super().name() for self in [self]] for self in [self]]

    def other_variable_of_the_same_name(self):
        return [[super().name() for each in [self]] for self in [8]]

    def captured(self):
        return [((lambda: self), super().name())[1] for _ in things]

    def walrus(self):
        return [(self := 5, super().name()) for _ in things]

    def star(*args):
        return super().name()

    def star_object(*args, **options):
        return super()

    def star_in_a_list(*args):
        return [super().name() for _ in things]

    def keyword_only(*, self=1):
        return super().name()

    def keywords(**options):
        return super().name()

    def positional_only(self, /):
        return super().name()

    def iterates(self):
        yield super().name()
        yield [super().name() for _ in things]


for key, value in list(vars(Derived).items()):
    if key.startswith("_"):
        continue
    if key == "iterates":
        attempt(lambda: list(Derived().iterates()))
        continue
    attempt(value, *([] if key.startswith("keyword") else [Derived()]))


def outside_star(*x):
    return super().name()


def outside_in_a_list(x):
    return [super().name() for _ in things]


for function in (outside_star, outside_in_a_list):
    attempt(function, 1)


async def asynchronous_items():
    yield 1


class Asynchronous(Base):
    async def of_list(self):
        return [super().name() async for _ in asynchronous_items()]

    async def of_generator(self):
        return [each async for each in (super().name() async for _ in asynchronous_items())]


def run(work):
    try:
        work.send(None)
    except StopIteration as done:
        return done.value


def of_list():
    return run(Asynchronous().of_list())


def of_generator():
    return run(Asynchronous().of_generator())


attempt(of_list)
attempt(of_generator)
