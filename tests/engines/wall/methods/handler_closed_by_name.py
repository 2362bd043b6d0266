# escape: the host's log handlers forgotten
# expect: guest TypeError
import logging
class W:
    _name = "console"
logging.Handler.close(W())
