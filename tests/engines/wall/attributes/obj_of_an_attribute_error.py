# escape: the object behind an AttributeError, which library code may have asked
# expect: HC101
import re
try:
    re.compile("x").scanner("x").nothing
except AttributeError as e:
    escaped = e.obj
