# escape: program text from a pair that gives another name the second time
# expect: guest TypeError
import dataclasses
class Pair(tuple):
    def __getitem__(self, index):
        return "x"
dataclasses.make_dataclass("A", [Pair(("x=print", int))])
