class Speaks:
    def __init__(self, name, value):
        self.name, self.value = name, value

    def __get__(self, instance, owner):
        print("get", self.name, type(instance).__name__, owner.__name__)
        return self.value


class Fails:
    def __get__(self, instance, owner):
        raise KeyError("from a descriptor")


class CallsItself:
    def __init__(self, value=None):
        self.value = value

    def __call__(self, *args):
        print("called with", len(args))
        return self.value


class Done:
    def __init__(self, value=None):
        self.value = value

    def __await__(self):
        return self.value
        yield


def run(work):
    try:
        while True:
            work.send(None)
    except StopIteration as done:
        print("done", done.value)
    except Exception as error:
        print(type(error).__name__, error, repr(error.__cause__), repr(error.__context__))


async def enters(thing):
    async with thing as value:
        print("inside", value)
        [][1]


async def loops(thing):
    async for each in thing:
        print("each", each)


async def lists(thing):
    return [each async for each in thing]


async def generates(thing):
    return [each async for each in (each async for each in thing)]


async def waits(thing):
    return await thing


async def guarded(thing):
    try:
        return await thing
    finally:
        print("finally")


class OfTheClass:
    left = 2

    @classmethod
    async def __aenter__(cls):
        return cls.__name__

    @classmethod
    async def __aexit__(cls, *args):
        print(len(args))
        return True

    @classmethod
    def __aiter__(cls):
        cls.left = 2
        return cls()

    @classmethod
    async def __anext__(cls):
        cls.left -= 1
        if cls.left < 0:
            raise StopAsyncIteration
        return cls.left

    @classmethod
    def __await__(cls):
        return cls.__name__
        yield


class Static:
    left = 2

    @staticmethod
    async def __aenter__(*args):
        return args

    @staticmethod
    async def __aexit__(*args):
        print(len(args))

    @staticmethod
    def __aiter__(*args):
        Static.left = 2
        return Static()

    @staticmethod
    async def __anext__(*args):
        Static.left -= 1
        if Static.left < 0:
            raise StopAsyncIteration
        return args

    @staticmethod
    def __await__(*args):
        return args
        yield


class Properties:
    __aenter__ = property(lambda self: print("aenter") or Done)
    __aexit__ = property(lambda self: print("aexit") or (lambda *args: Done(True)))
    __aiter__ = property(lambda self: print("aiter") or Static)
    __await__ = property(lambda self: print("await") or (lambda: iter(())))


class Callables:
    __aenter__ = CallsItself(Done(1))
    __aexit__ = CallsItself(Done())
    __aiter__ = CallsItself(Static())
    __await__ = CallsItself(iter(()))


class Descriptors:
    __aenter__ = Speaks("aenter", Done)
    __aexit__ = Speaks("aexit", lambda *args: Done(len(args)))
    __aiter__ = Speaks("aiter", Static)
    __await__ = Speaks("await", lambda: iter(()))


class Nothing:
    __aenter__ = __aexit__ = __aiter__ = __anext__ = __await__ = __next__ = None


class Failing:
    __aenter__ = __aexit__ = __aiter__ = __anext__ = __await__ = __next__ = Fails()


class ByType(type):
    async def __aenter__(cls):
        return cls

    async def __aexit__(cls, *args):
        print("left", len(args))
        return True

    def __aiter__(cls):
        return Static()

    def __anext__(cls):
        raise StopAsyncIteration

    def __await__(cls):
        return cls.__name__
        yield

    def __iter__(cls):
        return iter(())

    def __next__(cls):
        raise StopIteration(cls)


class Made(metaclass=ByType):
    pass


class OnlyEnter:
    __aenter__ = Speaks("aenter", Done)


class Gives:
    def __init__(self, value):
        self.value = value

    def __aenter__(self):
        return self.value

    async def __aexit__(self, *args):
        print("never")

    def __aiter__(self):
        return self.value

    def __await__(self):
        return self.value


class Items:
    def __init__(self, value):
        self.value = value

    def __aiter__(self):
        return self

    def __anext__(self):
        return self.value


for kind in (OfTheClass, Static, Properties, Callables, Descriptors, Nothing, Failing, Made, OnlyEnter):
    print(kind.__name__)
    for use in (enters, loops, lists, generates, waits, guarded):
        run(use(kind()))
for use in (enters, loops, waits):
    run(use(Made))
for given in (Made(), Nothing(), Failing(), Done(3), 5, Made):
    print(type(given).__name__)
    for use in (enters, lists, waits, guarded):
        Static.left = 2
        run(use(Gives(given)))
    if given is not Made and type(given) is not Done:
        run(lists(Items(given)))


class Counts:
    turns = 0

    def __iter__(self):
        print("never")
        return self

    def __next__(self):
        self.turns += 1
        if self.turns > 2:
            raise StopIteration(self.turns)


for use in (enters, lists, waits, guarded):
    run(use(Gives(Counts())))
run(waits(Gives(Gives(Counts()))))
