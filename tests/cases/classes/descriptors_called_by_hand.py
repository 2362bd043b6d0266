import functools


def f(cls):
    return cls


class A:
    def method(self):
        return self

    own = classmethod(f)


a = A()
print(classmethod(f).__get__(a)() is A, classmethod(f).__get__(a, A)() is A, classmethod(f).__get__(A)() is type(A))
print(classmethod.__get__(classmethod(f), a)() is A, classmethod(f).__get__(3)() is int)
print(A.__dict__["own"].__get__(None, A)() is A, staticmethod(f).__get__(a)(1), property(f).__get__(a) is a)
print(f.__get__(a)() is a, A.method.__get__(a)() is a, functools.partialmethod(f).__get__(a)() is a)
descriptor = dict.__dict__["fromkeys"]
print(descriptor.__get__(None, dict)([1]), descriptor.__get__({})([2]), descriptor.__get__({}, dict)([3]))
for arguments in ((None, None), (42,), (None, 42), (None, int), (), (1, 2, 3)):
    try:
        descriptor.__get__(*arguments)
    except TypeError as error:
        print(error)


class Recorder:
    calls = 0

    def __call__(self, *arguments):
        Recorder.calls += 1
        return len(arguments)


class Held:
    pass


Held.__get__ = Recorder()
Held.__get__.note = "kept"


class C:
    field = Held()


print(C().field, C.field, Held.__get__.calls, Held.__get__.note, Held().__get__(1))
