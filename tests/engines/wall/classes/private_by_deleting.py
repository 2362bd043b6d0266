# escape: a private attribute that shows after a deletion
# expect: HC102
import logging
class F(logging.Formatter):
    pass
F._state = 1
del F._state
escaped = F._state
