# escape: a special method of a library class on another object
# expect: guest TypeError
import contextlib
class W:
    pass
contextlib.ExitStack.__enter__(W())
