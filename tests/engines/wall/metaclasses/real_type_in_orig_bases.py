# escape: the real `type` in __orig_bases__
# expect: HC106
class Entry:
    def __mro_entries__(self, bases):
        return ()
class M(type, Entry()):
    pass
escaped = M.__orig_bases__[0]("X", (), {"__del__": lambda self: None})
