# escape: a hook of a library class called by hand
# expect: HC101
import string
escaped = string.Template.__init_subclass__()
