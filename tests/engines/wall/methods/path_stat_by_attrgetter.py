# escape: a function of the real os module
# expect: guest TypeError
import operator, pathlib
class W:
    pass
operator.attrgetter("stat")(pathlib.Path)(W())
