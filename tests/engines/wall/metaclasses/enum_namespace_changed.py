# escape: a special method put into an enumeration while the library makes it
# expect: value []
import enum
names, ended = [], []
class Key:
    armed = False
    def __hash__(self):
        if self.armed:
            dict.__setitem__(names[0], "__del__", lambda self: ended.append(1))
        return 1
    def __eq__(self, other):
        return self is other
key = Key()
class E(enum.Enum):
    names.append(locals())
    _ignore_ = [key]
    A = 1
    key.armed = True
object.__new__(E)
ended
