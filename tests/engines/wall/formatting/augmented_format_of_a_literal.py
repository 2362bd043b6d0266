# escape: the native str.format, which an operator of the guest's is given
# expect: HC101
# control: yes
import json
class Keeper:
    def __radd__(self, other):
        self.got = other
        return 5
keeper = Keeper()
try:
    "{0.__globals__}".format += keeper
except AttributeError:
    pass
escaped = "__name__" in keeper.got(json.dumps)
