# escape: the real `type`, which inspect.signature() compares callables with
# expect: value []
import inspect
got = []
class Callable:
    def __call__(self):
        pass
    def __eq__(self, other):
        got.append(other)
        return False
inspect.signature(Callable())
escaped = type in got
got
