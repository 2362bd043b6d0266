# escape: the object behind an AttributeError
# expect: HC101
try:
    (1).nothing
except AttributeError as e:
    escaped = e.obj
