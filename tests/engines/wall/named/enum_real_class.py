# escape: the library's own Enum class
# expect: value ['E', 'Enum', 'object']
import enum
class E(enum.Enum):
    A = 1
for cls in E.__mro__:
    if cls not in (E, enum.Enum, object):
        cls("F", {"__del__": lambda self: None})
[cls.__name__ for cls in E.__mro__]
