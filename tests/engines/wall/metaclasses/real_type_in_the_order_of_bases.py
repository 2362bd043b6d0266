# escape: the real `type` in what mro() of a metaclass gives
# expect: HC106
class M(type):
    pass


escaped = M.mro(M)[-2]("X", (), {"__del__": lambda self: None})
