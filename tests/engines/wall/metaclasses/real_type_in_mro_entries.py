# escape: the real `type` among the bases that __mro_entries__ sees
# expect: HC106
got = []
class Entry:
    def __mro_entries__(self, bases):
        got.append(bases)
        return ()
class M(type, Entry()):
    pass
escaped = got[0][0]("X", (), {"__del__": lambda self: None})
