# escape: a special method by a pair that gives another name the second time
# expect: guest TypeError
import enum
class Pair(tuple):
    def __getitem__(self, index):
        return "ok"
enum.Enum("E", [Pair(("__del__", lambda self: None))])
