# escape: a function of the real os module
# expect: guest TypeError
import pathlib
class W:
    pass
match pathlib.Path:
    case type(stat=function):
        function(W())
