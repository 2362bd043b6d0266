# escape: a private attribute of a library base, taken over through a mixin
# expect: HC102
import logging
class Mix:
    pass
class F(Mix, logging.Formatter):
    pass
Mix._state = None
escaped = super(F, F())._state
