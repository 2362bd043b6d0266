# escape: the streams of the process
# expect: value True
import io, unittest
class T(unittest.TestCase):
    def runTest(self):
        print("inside")
unittest.TextTestRunner(stream=io.StringIO(), buffer=True).run(T()).wasSuccessful()
