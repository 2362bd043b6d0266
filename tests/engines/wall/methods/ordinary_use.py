# escape: calling the base's method by its class must go on working
# expect: value ({'a': 2}, ['x'], ['A', 'b'])
import collections, logging
class D(collections.UserDict):
    def __setitem__(self, key, value):
        collections.UserDict.__setitem__(self, key, value * 2)
class H(logging.Handler):
    def __init__(self):
        logging.Handler.__init__(self)
        self.lines = []
    def emit(self, record):
        self.lines.append(logging.Handler.format(self, record))
handler = H()
logger = logging.getLogger("wall")
logger.propagate = False
logger.addHandler(handler)
logger.warning("x")
D(a=1).data, handler.lines, sorted(["b", "A"], key=str.upper)
