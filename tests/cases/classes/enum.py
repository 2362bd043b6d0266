from enum import Enum, IntEnum, Flag, auto
class Color(Enum):
    RED = 1
    GREEN = "g"
    ALIAS = 1
    def label(self): return self.name.title()
class Prio(IntEnum):
    LOW = auto()
    HIGH = auto()
class Perm(Flag):
    R = auto()
    W = auto()
(Color.RED, Color("g"), Color["RED"], list(Color), Color.ALIAS is Color.RED, Color.GREEN.label(), Prio.HIGH > Prio.LOW, Prio.LOW + 1, Perm.R | Perm.W == Perm(3), Perm.R in Perm(3), Color.RED.value)
