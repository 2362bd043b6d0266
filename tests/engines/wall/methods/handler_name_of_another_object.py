# escape: the names of the host's log handlers
# expect: guest TypeError
# control: yes
import logging
class W:
    pass
w = W()
logging.Handler.setFormatter(json := W, "pwned")
escaped = W.formatter == "pwned"
