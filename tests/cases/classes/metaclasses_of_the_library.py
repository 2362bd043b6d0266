import abc
import enum
from abc import ABC, ABCMeta
from enum import Enum, EnumType, EnumMeta


class Shape(ABC):
    pass


class Color(Enum):
    RED = 1


class Meta(ABCMeta):
    pass


class Own(metaclass=Meta):
    pass


class Kinds(type(Enum)):
    def __len__(cls):
        return 42


class Kind(Enum, metaclass=Kinds):
    A = 1
    B = 2


print(type(Shape), type(Shape) is ABCMeta, Shape.__class__ is abc.ABCMeta, type(ABC) is ABCMeta)
print(type(Color), type(Color) is EnumType, type(Enum) is EnumMeta, Color.__class__ is type(Color))
print(type(Own) is Meta, isinstance(Own, ABCMeta), isinstance(Shape, ABCMeta), isinstance(Color, EnumType))
print(Meta.__mro__, Meta.__bases__, Meta.__base__, issubclass(Meta, ABCMeta), issubclass(Meta, type))
print(type(Shape).__name__, type(Color).__name__, isinstance(ABCMeta, type), isinstance(type(Color), type))
print(len(Kind), list(Kind), type(Kind).__mro__)
print({type: 1, ABCMeta: 2, EnumType: 3}[type(Shape)], type(Shape) == type(Color), ABCMeta.__module__, enum.EnumType)
