# escape: memory is read where CPython takes any object for a tuple, and the worker crashes
# expect: HC106
class Group(ExceptionGroup):
    def derive(self, errors):
        return Forged("forged", errors)


class Forged(ExceptionGroup):
    def split(self, kinds):
        return 1


try:
    raise Group("g", [ValueError(1), KeyError(2)])
except* ValueError:
    pass
except* KeyError:
    pass
