seen, namespaces = [], []


class Meta(type):
    def mro(cls):
        if "early" in cls.__dict__:
            cls.__dict__["early"]()
        return super().mro()

    def __new__(mcls, name, bases, namespace):
        namespaces.append(namespace.copy())
        return super().__new__(mcls, name, bases, namespace)


class A(metaclass=Meta):
    def early():
        seen.append(__class__)

    def later(self):
        return super().__init__


cell = A.early.__closure__[0]
print(seen == [A], namespaces[0]["__classcell__"] is cell, cell is A.later.__closure__[0], cell.cell_contents is A)


class Lost(type):
    def __new__(mcls, name, bases, namespace):
        namespace.pop("__classcell__", None)
        return super().__new__(mcls, name, bases, namespace)


try:

    class B(metaclass=Lost):
        def early(self):
            return __class__

except RuntimeError as error:
    print(error)


def outer(value):
    def inner():
        return value

    def other():
        return value

    return inner, other


inner, other = outer(5)
again, _ = outer(5)
print(inner.__closure__[0] is other.__closure__[0], inner.__closure__ == again.__closure__, inner.__closure__[0] is again.__closure__[0])
try:
    hash(inner.__closure__[0])
except TypeError as error:
    print(error)
