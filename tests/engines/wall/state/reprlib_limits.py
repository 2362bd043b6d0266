# escape: the library's own Repr
# expect: value '[1, ...]'
import reprlib

reprlib.aRepr.maxlist = 1
reprlib.repr([1, 2])
