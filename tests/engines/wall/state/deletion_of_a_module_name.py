# escape: a name of a module that other code of the session shares, deleted
# expect: HC105
import math
del math.pi
