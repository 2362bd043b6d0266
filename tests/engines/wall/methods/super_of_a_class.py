# escape: a library function by super() of a class
# expect: guest TypeError
import logging
class H(logging.Handler):
    pass
class W:
    pass
super(H, H).setFormatter(W(), 1)
