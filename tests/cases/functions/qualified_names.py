def error_of(function):
    try:
        function(1, 2, 3)
    except TypeError as error:
        return str(error)


class C:
    def method(self):
        return [error_of(lambda: n) for n in range(1)] + list(error_of(lambda: n) for n in range(1))

    def nested(self):
        def inner():
            return next((lambda: n) for n in [1]), {(lambda: n).__qualname__ for n in [1]}

        made, names = inner()
        return made.__qualname__, names

    field = [lambda: 0 for _ in (1,)][0].__qualname__


print(C().method(), C().nested(), C.field)
first = [(lambda: 0).__qualname__ for _ in [(lambda: 1).__qualname__] if (lambda: 2).__qualname__]
first, next((lambda: [n for n in (1,)]).__qualname__ for _ in (1,)), {1: (lambda: 0).__qualname__ for _ in (1,)}
