# escape: a function of the real os module through a proxy
# expect: guest TypeError
import pathlib, types
class W:
    pass
types.GenericAlias(pathlib.Path, ()).stat(W())
