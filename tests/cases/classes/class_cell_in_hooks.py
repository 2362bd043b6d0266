import enum


class Named:
    def __set_name__(self, owner, name):
        print(name, owner.__name__, owner.me())


class Holder:
    first = Named()

    @classmethod
    def me(cls):
        return __class__ is cls

    second = Named()


class Member(enum.Enum):
    def __new__(cls, value):
        made = object.__new__(cls)
        made._value_ = __class__.__name__ + str(value)
        return made

    ONE = 1
    TWO = 2


print(Member.ONE.value, Member.TWO.value)

try:

    class Bad(enum.Enum):
        def __new__(cls, value):
            made = super().__new__(cls, value)
            made._value_ = value
            return made

        ONE = 1

except TypeError as error:
    print(error.__cause__ or error)
except RuntimeError as error:
    print(error.__cause__)
