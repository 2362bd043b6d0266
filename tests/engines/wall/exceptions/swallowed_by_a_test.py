# escape: a refusal swallowed by unittest
# expect: HC101
import io, unittest
class T(unittest.TestCase):
    def runTest(self):
        getattr(int, "__subclasses__")
unittest.TextTestRunner(stream=io.StringIO()).run(T())
escaped = "went on"
