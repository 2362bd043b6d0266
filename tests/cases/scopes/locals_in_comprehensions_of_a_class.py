def shown(found):
    """The names, without the iterator that CPython shows as ``.0``."""
    return sorted(name for name in found if name.isidentifier() and not name.startswith("__"))



def class_inside(n):
    class Inner:
        a = n
        found = [shown(locals()) for _ in [a]]

    return Inner.found


class Body:
    a = 1
    found = [shown(locals()) for _ in [1]]
    value = [locals()["a"] for a in [3]]

    def method(self, q):
        return [shown(locals()) for _ in [1]]


print(class_inside(1), Body.found, Body.value, Body().method(1))
