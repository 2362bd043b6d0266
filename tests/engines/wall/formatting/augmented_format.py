# escape: the native str.format, which an operator of the guest's is given
# expect: HC101
# control: yes
import json
class Text(str):
    pass
class Keeper:
    def __radd__(self, other):
        self.got = other
        return 5
keeper, text = Keeper(), Text("{0.__globals__}")
text.format += keeper
escaped = "__name__" in keeper.got(json.dumps)
