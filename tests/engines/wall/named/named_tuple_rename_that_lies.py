# escape: a special name in a named tuple, by an option that answers otherwise the second time
# expect: guest ValueError
import collections
class Flip:
    asked = 0
    def __bool__(self):
        self.asked += 1
        return self.asked > 1
collections.namedtuple("T", ["__class__"], rename=Flip())
