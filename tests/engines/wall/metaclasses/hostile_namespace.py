# escape: special methods by calling the metaclass
# expect: HC106
class M(type):
    pass
escaped = M("X", (), {"__del__": lambda self: None})
