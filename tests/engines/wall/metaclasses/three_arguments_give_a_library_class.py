# escape: a library class entered as the guest's own, by a metaclass among the bases
# expect: HC105
# control: yes
import collections
class M(type):
    def __new__(cls, name, bases, namespace):
        if name == "X":
            return collections.Counter
        return super().__new__(cls, name, bases, namespace)
    def __init__(cls, *args):
        pass
class Base(metaclass=M):
    pass
X = type("X", (Base,), {})
X.stored = 1
escaped = collections.Counter.stored == 1
