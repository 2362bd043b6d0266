# escape: a function of the real os module
# expect: guest TypeError
import pathlib, types
class W:
    pass
types.MethodType(pathlib.Path.stat, W())()
