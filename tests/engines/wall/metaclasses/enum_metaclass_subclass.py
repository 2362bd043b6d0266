# escape: special methods past the class statement by a subclass of EnumMeta
# expect: HC106
import enum
class M(enum.EnumMeta):
    pass
escaped = M("X", (), {"__del__": lambda self: None})
