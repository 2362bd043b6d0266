import inspect
import math
from types import ModuleType, TracebackType


class Timer:
    def __enter__(self) -> "Timer":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, where: TracebackType | None) -> bool:
        print(kind.__name__, error, isinstance(where, TracebackType), isinstance(error, TracebackType))
        return True


with Timer():
    1 / 0


def name_of(module: ModuleType) -> str:
    return module.__name__ if isinstance(module, ModuleType) else "none"


print(name_of(math), name_of(1), type(math) is ModuleType, inspect.ismodule(math), inspect.ismodule(1))
print(inspect.getmro(Timer), repr(ModuleType), repr(TracebackType))
