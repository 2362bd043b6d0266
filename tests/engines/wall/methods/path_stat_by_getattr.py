# escape: a function of the real os module
# expect: guest TypeError
import pathlib
class W:
    pass
getattr(pathlib.Path, "stat")(W())
