# escape: a special method by the functional form of Enum
# expect: guest TypeError
# control: yes
import enum
E = enum.Enum("E", {"__del__": lambda self: None})
escaped = "__del__" in E.__dict__
